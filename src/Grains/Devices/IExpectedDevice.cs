using Mdm.Fleet.Domain.Enrollment;
using Orleans;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// What is known of a device that has not enrolled yet; the key is its serial number, upper case. It is kept until a device with that serial
/// number has taken it, once.
/// </summary>
[Alias("expectedDevice")]
public interface IExpectedDevice : IGrainWithStringKey
{
    /// <summary>Null = no such device is expected.</summary>
    Task<ExpectedDevice?> Read();

    /// <summary>Expects the device; of one that is expected already the facts given now come first.</summary>
    Task<ExpectResult> Expect(GivenFacts facts, string by);

    /// <summary>Expects it no more. False = it was not expected.</summary>
    Task<bool> Remove(string by);

    /// <summary>The device has come and has its facts, durably. An expectation under another id stays.</summary>
    Task Taken(string id, EnrollmentId device);
}

public enum ExpectResult
{
    Created,
    Updated,
    Unchanged,
}

/// <summary>Id: parts this expectation from a later one of the same serial number. By: who expects it.</summary>
[GenerateSerializer, Immutable, Alias("expectedDevice.view")]
public sealed record ExpectedDevice(
    [property: Id(0)] string Id,
    [property: Id(1)] GivenFacts Facts,
    [property: Id(2)] string By);
