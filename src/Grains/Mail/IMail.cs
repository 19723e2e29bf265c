using System.Collections.Immutable;
using Mdm.Fleet.Domain.Mail;
using Orleans;

namespace Mdm.Fleet.Grains.Mail;

/// <summary>The mail server of this installation and the templates of its mails (key "mail"). The password crosses this contract sealed.</summary>
[Alias("mail")]
public interface IMail : IGrainWithStringKey
{
    const string Key = "mail";

    /// <summary>Languages beyond the built-in ones that a template may have.</summary>
    const int TemplatesMax = 64;

    /// <summary>Null = no server was named yet.</summary>
    Task<MailSettings?> Settings();

    Task PutSettings(MailSettings settings, string by);

    /// <summary>Notes that an admin sent a mail to see whether it arrives.</summary>
    Task Tested(string to, string by);

    /// <summary>Built-in ones and those that an admin wrote, by name and language.</summary>
    Task<ImmutableArray<StoredTemplate>> Templates();

    /// <summary>The template for a language or for a wider one of it (fr for fr-CA); null = there is none.</summary>
    Task<StoredTemplate?> Template(string name, string language);

    /// <summary>Writes a template. False = there are as many as there may be.</summary>
    Task<bool> PutTemplate(string name, string language, MailTemplate template, string by);

    /// <summary>Back to the built-in text, or to none where none is built in. False = an admin wrote none.</summary>
    Task<bool> DeleteTemplate(string name, string language, string by);
}

[GenerateSerializer, Immutable, Alias("mail.settings")]
public sealed record MailSettings(
    [property: Id(0)] string Host,
    [property: Id(1)] int Port,
    [property: Id(2)] MailSecurity Security,
    [property: Id(3)] string? UserName,
    [property: Id(4)] ReadOnlyMemory<byte>? SealedPassword,
    [property: Id(5)] string From,
    [property: Id(6)] string? FromName);

/// <summary>A template; Written: an admin wrote it.</summary>
[GenerateSerializer, Immutable, Alias("mail.template")]
public sealed record StoredTemplate(
    [property: Id(0)] string Name,
    [property: Id(1)] string Language,
    [property: Id(2)] MailTemplate Template,
    [property: Id(3)] bool Written);
