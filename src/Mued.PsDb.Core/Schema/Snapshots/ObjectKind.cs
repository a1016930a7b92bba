namespace Mued.PsDb;

/// <summary>What an <see cref="ObjectSnapshot"/> is, in the order in which such objects are made.</summary>
public enum ObjectKind
{
    /// <summary>A schema.</summary>
    Schema,

    /// <summary>An extension.</summary>
    Extension,

    /// <summary>A procedural language.</summary>
    Language,

    /// <summary>An access method.</summary>
    AccessMethod,

    /// <summary>A foreign-data wrapper.</summary>
    ForeignDataWrapper,

    /// <summary>A foreign server.</summary>
    Server,

    /// <summary>A user mapping.</summary>
    UserMapping,

    /// <summary>A collation.</summary>
    Collation,

    /// <summary>A conversion between encodings.</summary>
    Conversion,

    /// <summary>A base type, or a shell type.</summary>
    Type,

    /// <summary>A range type.</summary>
    RangeType,

    /// <summary>A cast.</summary>
    Cast,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>An operator family.</summary>
    OperatorFamily,

    /// <summary>An operator class.</summary>
    OperatorClass,

    /// <summary>A transform.</summary>
    Transform,

    /// <summary>A parser of text search.</summary>
    TextSearchParser,

    /// <summary>A template of text search dictionaries.</summary>
    TextSearchTemplate,

    /// <summary>A text search dictionary.</summary>
    TextSearchDictionary,

    /// <summary>A text search configuration.</summary>
    TextSearchConfiguration,

    /// <summary>An object of extended statistics.</summary>
    Statistics,

    /// <summary>An event trigger.</summary>
    EventTrigger,

    /// <summary>A publication.</summary>
    Publication,

    /// <summary>A table of a publication; told only where single tables are asked for, as in a backup.</summary>
    PublicationTable,

    /// <summary>A schema of a publication; told only where single objects are asked for, as in a backup.</summary>
    PublicationSchema,

    /// <summary>A subscription.</summary>
    Subscription,

    /// <summary>A setting of the database.</summary>
    Setting,

    /// <summary>A security label.</summary>
    SecurityLabel,

    /// <summary>A property of the database itself.</summary>
    Database,
}
