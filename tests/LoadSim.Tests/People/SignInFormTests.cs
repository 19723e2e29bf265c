using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Tests.People;

public sealed class SignInFormTests
{
    private const string Page = """
        <!doctype html><main data-state="free"><p role="alert" data-error="credentials">No.</p>
        <form method="post" action="/signin/t/in"><input type="hidden" name="csrf" value="a&amp;b"><input name="userName"><input type="password" name="password"></form></main>
        """;

    [Fact]
    [Trait("Requirement", "MU-05")]
    public void A_page_without_scripts_gives_its_state_its_hidden_fields_and_its_error()
    {
        var form = SignInForm.Parse(Page);

        Assert.Equal("free", form.State);
        Assert.Equal("credentials", form.Error);
        Assert.Equal([new("csrf", "a&b")], form.Hidden);
    }

    [Fact]
    public void A_page_without_a_state_is_refused() => Assert.Throws<FormatException>(() => SignInForm.Parse("<html></html>"));
}
