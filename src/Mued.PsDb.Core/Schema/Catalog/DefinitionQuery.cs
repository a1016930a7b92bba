namespace Mued.PsDb.Schema;

/// <summary>A kind of object whose whole definition is one text; it becomes an <see cref="ObjectSnapshot"/>.</summary>
/// <param name="kind">The kind.</param>
/// <param name="catalog">The catalog that has a row for each.</param>
/// <param name="part">When it is read.</param>
internal abstract class DefinitionQuery(ObjectKind kind, string catalog, CatalogPart part) : CatalogQuery
{
    public override CatalogPart Part => part;

    public override int Parameters => part == CatalogPart.Schemas ? 1 : 0;

    /// <summary>
    /// A query with the columns oid, name (as COMMENT takes it) and definition. Objects of extensions are left out here.
    /// </summary>
    protected abstract string Definitions { get; }

    protected sealed override string Select =>
        $"""
            SELECT '{catalog}'::regclass::oid AS class, o.oid AS object, o.name, o.definition, d.description AS comment
            FROM ({Definitions}) AS o (oid, name, definition)
            LEFT JOIN pg_description AS d ON d.objoid = o.oid AND d.classoid = '{catalog}'::regclass AND d.objsubid = 0
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = '{catalog}'::regclass AND e.objid = o.oid AND e.deptype = 'e')
            """;

    public sealed override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Objects.Add(
            new()
            {
                Kind = kind,
                Name = row.Text("name"),
                Definition = CatalogText.Lines(row.Text("definition")),
                Comment = row.TextOrNull("comment"),
            }
        );
}
