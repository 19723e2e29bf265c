using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Mail;

/// <summary>Mail server and templates as stored; the password is sealed.</summary>
public sealed record MailRecord : IStoredState
{
    public MailSettings? Settings { get; init; }

    /// <summary>Those that an admin wrote.</summary>
    public ImmutableArray<StoredTemplate> Templates { get; init => field = value.IsDefault ? [] : value; } = [];

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class MailGrain([PersistentState("mail")] IPersistentState<MailRecord> state, TimeProvider time) : Grain, IMail
{
    private MailRecord Mail => state.State;

    public Task<MailSettings?> Settings() => Task.FromResult(Mail.Settings);

    public Task PutSettings(MailSettings settings, string by) => Save(Mail with { Settings = settings }, by, "Put mail settings");

    public Task Tested(string to, string by) => Save(Mail, by, $"Send test mail to {to}");

    public Task<ImmutableArray<StoredTemplate>> Templates() => Task.FromResult<ImmutableArray<StoredTemplate>>(
    [
        .. BuiltInTemplates.Names
            .SelectMany(name => BuiltInTemplates.Languages.Select(language => Find(name, language)!))
            .Concat(Mail.Templates.Where(written => BuiltInTemplates.Find(written.Name, written.Language) is null))
            .OrderBy(template => template.Name, StringComparer.Ordinal)
            .ThenBy(template => template.Language, StringComparer.Ordinal),
    ]);

    public Task<StoredTemplate?> Template(string name, string language) =>
        Task.FromResult(LanguageTag.Widening(language).Select(tag => Find(name, tag)).FirstOrDefault(found => found is not null));

    public async Task<bool> PutTemplate(string name, string language, MailTemplate template, string by)
    {
        var others = Mail.Templates.RemoveAll(written => written.Name == name && written.Language == language);
        if (others.Length >= IMail.TemplatesMax)
            return false;
        await Save(Mail with { Templates = others.Add(new StoredTemplate(name, language, template, true)) }, by, $"Put mail template {name}/{language}");
        return true;
    }

    public async Task<bool> DeleteTemplate(string name, string language, string by)
    {
        var others = Mail.Templates.RemoveAll(written => written.Name == name && written.Language == language);
        if (others.Length == Mail.Templates.Length)
            return false;
        await Save(Mail with { Templates = others }, by, $"Delete mail template {name}/{language}");
        return true;
    }

    private StoredTemplate? Find(string name, string language) =>
        Mail.Templates.FirstOrDefault(written => written.Name == name && written.Language == language)
        ?? (BuiltInTemplates.Find(name, language) is { } builtIn ? new StoredTemplate(name, language, builtIn, false) : null);

    private Task Save(MailRecord next, string by, string act)
    {
        state.State = next with { Events = [Lines.Audit(new RecordKey("mail", IMail.Key), time.GetUtcNow(), by, act)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
