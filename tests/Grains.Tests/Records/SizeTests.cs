using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Tests.Records;

/// <summary>DESIGN.md, section 5: a device is 16 KB or less, and 64 KB at most.</summary>
public sealed class SizeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_typical_device_fits_into_16_KB() => Assert.InRange(BytesOf(DeviceWith(items: 10, commands: 12, voided: 4)), 1_000, 16 * 1024);

    [Fact]
    public void A_device_with_100_items_and_a_full_queue_fits_into_64_KB() =>
        Assert.InRange(BytesOf(DeviceWith(items: Device.LedgerMax, commands: Device.QueueMax, voided: Device.VoidedMax)), 16 * 1024, 64 * 1024);

    private static int BytesOf(Device device) => JsonSerializer.SerializeToUtf8Bytes(new DeviceRecord { Device = device }, GrainsJson.Default.DeviceRecord).Length;

    private static Device DeviceWith(int items, int commands, int voided) => new()
    {
        Status = EnrollmentStatus.Enrolled,
        Facts = new DeviceFacts("Ward 3 iPad 17", "DMPXK0ABCDEF", "iPad13,18", "MPQ03LL/A", "17.6.1", "21G93", false),
        Identity = new string('f', 64),
        EnrollmentProfile = "fleet.0123456789abcdef.enrolment",
        SignInToken = new string('t', 43),
        Push = new PushChannel("com.apple.mgmt.External." + Guid.Empty, new byte[32], Guid.Empty.ToString(), Now),
        Owner = new Owner(UserName.Parse("anna@ward.example"), "Anna Example", [.. Enumerable.Range(0, 8).Select(group => GroupId.Parse($"group-{group}"))], Now),
        Groups = [GroupId.Parse("ward-3"), GroupId.Parse("building-2")],
        Ledger = [.. Enumerable.Range(0, items).Select(Entry)],
        Queue = [.. Enumerable.Range(0, commands).Select(Command)],
        Voided = [.. Enumerable.Range(0, voided).Select(item => new VoidedCommand(Guid.NewGuid(), Id(item), Delivery(item), Act.Install, Revision))],
        HandOvers = [.. Enumerable.Range(0, HandOver.Kept).Select(epoch => new HandOver(
            epoch, UserName.Parse("bert@ward.example"), HandOverState.Cleaning, Now, Now, [.. Enumerable.Range(0, items).Select(Id)]))],
    };

    private static string Revision => new('0', 32);

    private static ItemId Id(int item) => ItemId.Parse($"ward-item-{item:D3}");

    private static Delivery.Profile Delivery(int item) => new($"fleet.0123456789abcdef.item.{Id(item)}");

    private static LedgerEntry Entry(int item) => item % 10 == 0
        ? new LedgerEntry(Id(item), Delivery(item), Presence.Unknown, Revision, new Attempt(Act.Install, Revision, "The device is out of space.", 2, Now, 3, Now))
        : new LedgerEntry(Id(item), Delivery(item), Presence.Present, Revision);

    /// <summary>Plans take 96 places at most; the rest is for admins.</summary>
    private static QueuedCommand Command(int place) => place < 96
        ? new(Guid.NewGuid(), new CommandBody.InstallProfile(Id(place), Revision), Lane.Session, 12, Now)
        : new(Guid.NewGuid(), new CommandBody.DeviceInformation(["DeviceName", "OSVersion", $"Query{place}"]), Lane.Inventory, 12, Now);
}
