using Mued.PsDb.Schema;

namespace Mued.PsDb.Undo;

/// <summary>A row of pg_depend.</summary>
/// <param name="Dependent">What depends.</param>
/// <param name="On">What it depends on.</param>
/// <param name="Kind">deptype: <c>n</c> for normal; every other kind means that the dependent is part of the other.</param>
internal readonly record struct CatalogDependency(CatalogObject Dependent, CatalogObject On, char Kind);
