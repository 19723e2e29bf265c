using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>What a plan can say, and what it has no words for.</summary>
public sealed class PlanTests
{
    [Fact]
    [Trait("Requirement", "PR-03")]
    public void A_plan_has_exactly_four_kinds_of_step_and_none_names_an_identifier_of_its_own()
    {
        var steps = typeof(PlanStep).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(PlanStep))).ToList();
        Assert.Equal([nameof(PlanStep.Install), nameof(PlanStep.Look), nameof(PlanStep.Remove), nameof(PlanStep.Renew)], steps.Select(step => step.Name).Order());
        Assert.All(steps, step => Assert.True(step.IsSealed));
        Assert.DoesNotContain(steps.SelectMany(step => step.GetProperties()), member => member.PropertyType == typeof(string));
        Assert.Empty(typeof(PlanStep.Renew).GetConstructors().Single().GetParameters());
        Assert.Equal([typeof(LedgerEntry)], typeof(PlanStep.Remove).GetConstructors().Single().GetParameters().Select(parameter => parameter.ParameterType));
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public void Whatever_happens_nothing_but_retire_removes_the_enrolment() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var chance = new Random(seed);
            var world = new World(seed);
            world.CertificateExpiresAt = world.Now.AddDays(60);
            world.Enrol();
            for (var step = 0; step < 25; step++)
            {
                Happen(world, chance);
                Assert.DoesNotContain(world.Device.Queue, queued => queued.Body is CommandBody.RemoveEnrollment
                    || queued.Body is CommandBody.RemoveProfile { Identifier: World.EnrollmentProfile });
            }

            world.Retire();
            Assert.IsType<CommandBody.RemoveEnrollment>(Assert.Single(world.Device.Queue).Body);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static void Happen(World world, Random chance)
    {
        switch (chance.Next(9))
        {
            case 0:
                world.SignIn("anna", "nurses");
                break;
            case 1:
                world.SignOut();
                break;
            case 2:
                world.Publish(Items.Profile("wifi", chance.Next(2) == 0 ? Items.Everyone : Items.NoOne), Items.Profile("charts", Items.To("nurses")));
                break;
            case 3:
                world.Restart();
                break;
            case 4:
                world.Enrol();
                break;
            case 5:
                world.DeliverLate();
                break;
            case 6:
                world.Pass(TimeSpan.FromDays(chance.Next(40)));
                break;
            case 7:
                world.CertificateExpiresAt = world.Now.AddDays(chance.Next(60));
                world.Present();
                break;
            default:
                world.Connect(chaotic: true);
                break;
        }
    }
}
