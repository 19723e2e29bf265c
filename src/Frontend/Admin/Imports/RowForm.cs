namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>What every row must be like, whatever it is of.</summary>
internal static class RowForm
{
    /// <summary>The report of a row that can't be read or has not the header's number of values; null = it is sound.</summary>
    public static RowReport? Fault(CsvRow row, ImportColumns columns) =>
        row.Fault is { } fault ? RowReport.Failed(row.Number, [], "row", fault)
        : row.Fields.Length != columns.Count
            ? RowReport.Failed(row.Number, [], "row", $"The row has {row.Fields.Length} values, the header names {columns.Count} columns.")
        : null;
}
