namespace Mdm.Fleet.Storage.Tests;

public sealed class SqliteRecordTests(SqliteTestEngine engine) : RecordTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteIndexTests(SqliteTestEngine engine) : IndexTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteDueTests(SqliteTestEngine engine) : DueTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteEventTests(SqliteTestEngine engine) : EventTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteConcurrencyTests(SqliteTestEngine engine) : ConcurrencyTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteHostileTests(SqliteTestEngine engine) : HostileTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteOwnershipTests(SqliteTestEngine engine) : OwnershipTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteScanTests(SqliteTestEngine engine) : ScanTests(engine), IClassFixture<SqliteTestEngine>;

public sealed class SqliteMigrationTests(SqliteTestEngine engine) : MigrationTests(engine, "sqlite"), IClassFixture<SqliteTestEngine>;
