namespace Mdm.Fleet.Storage.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRecordTests(PostgresTestEngine engine) : RecordTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresIndexTests(PostgresTestEngine engine) : IndexTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresDueTests(PostgresTestEngine engine) : DueTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresEventTests(PostgresTestEngine engine) : EventTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresConcurrencyTests(PostgresTestEngine engine) : ConcurrencyTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresHostileTests(PostgresTestEngine engine) : HostileTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresOwnershipTests(PostgresTestEngine engine) : OwnershipTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresScanTests(PostgresTestEngine engine) : ScanTests(engine);

[Collection(PostgresCollection.Name)]
public sealed class PostgresMigrationTests(PostgresTestEngine engine) : MigrationTests(engine, "postgres");
