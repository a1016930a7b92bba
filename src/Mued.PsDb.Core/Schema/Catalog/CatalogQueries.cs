namespace Mued.PsDb.Schema;

/// <summary>Every kind of object that is read.</summary>
internal static class CatalogQueries
{
    /// <summary>The queries in the order in which they are sent and read: relations before what hangs on them, columns before constraints.</summary>
    public static IReadOnlyList<CatalogQuery> All { get; } =
    [
        new RelationQuery(),
        new ColumnQuery(),
        new ConstraintQuery(),
        new IndexQuery(),
        new TriggerQuery(),
        new RuleQuery(),
        new PolicyQuery(),
        new EnumQuery(),
        new DomainQuery(),
        new SequenceQuery(),
        new FunctionQuery(),
        new SchemaNameQuery(),
        new ExtensionQuery(),
        new LanguageQuery(),
        new AccessMethodQuery(),
        new ForeignDataWrapperQuery(),
        new ForeignServerQuery(),
        new UserMappingQuery(),
        new CollationQuery(),
        new ConversionQuery(),
        new BaseTypeQuery(),
        new RangeTypeQuery(),
        new CastQuery(),
        new OperatorQuery(),
        new OperatorFamilyQuery(),
        new OperatorClassQuery(),
        new TransformQuery(),
        new TextSearchParserQuery(),
        new TextSearchTemplateQuery(),
        new TextSearchDictionaryQuery(),
        new TextSearchConfigurationQuery(),
        new StatisticsQuery(),
        new EventTriggerQuery(),
        new PublicationQuery(),
        new PublicationTableQuery(),
        new PublicationSchemaQuery(),
        new SubscriptionQuery(),
        new SettingQuery(),
        new SecurityLabelQuery(),
        new DatabaseCommentQuery(),
        new OwnerQuery(),
        new PrivilegeQuery(),
    ];
}
