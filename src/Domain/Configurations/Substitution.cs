using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// <c>${name}</c> in all texts of a configuration's content (UG-04); in an uploaded profile, in its XML. Icons, certificates and the names
/// of keys are left alone.
/// </summary>
public static class Substitution
{
    /// <summary>Variables of one content at most, so that values of 256 characters cannot swell it without bound.</summary>
    public const int VariablesMax = 256;

    /// <summary>The attributes that a stored content asks for.</summary>
    public static ImmutableHashSet<AttributeId> Variables(ConfigurationContent content) =>
        content is ConfigurationContent.CustomProfile custom
            ? [.. Template.Variables(XmlOf(custom))]
            : [.. ContentTexts.Of(content).SelectMany(text => Template.Variables(text.Text))];

    /// <summary>What an admin wrote, as it is stored.</summary>
    /// <exception cref="TemplateException">Names the member and the variable.</exception>
    public static ConfigurationContent Canonical(ConfigurationContent content, AttributeTable attributes)
    {
        var count = 0;
        return Rewrite(content, Text, Xml);

        string Text(string member, string text)
        {
            try
            {
                count += Template.Variables(text).Take(VariablesMax + 1).Count();
                return count <= VariablesMax ? Template.Canonical(text, attributes) : throw new TemplateException(TemplateFault.TooManyVariables);
            }
            catch (TemplateException refused)
            {
                throw new TemplateException(refused.Fault, refused.Variable, member);
            }
        }

        string Xml(string member, string xml)
        {
            var canonical = Text(member, xml);
            return CData.Variable(xml) is { } variable ? throw new TemplateException(TemplateFault.InCData, variable, member) : canonical;
        }
    }

    /// <summary>What is stored, as an admin reads it.</summary>
    public static ConfigurationContent Shown(ConfigurationContent content, AttributeTable attributes)
    {
        return Rewrite(content, Text, Text);

        string Text(string member, string text) => Template.Shown(text, attributes);
    }

    /// <summary>
    /// What a device is sent, or the attributes that have no value. A content without variables is resolved too: it may have a
    /// <c>$${</c>. A value can make a content that the device refuses (a name too long), which is to be checked after this.
    /// </summary>
    public static Resolved<ConfigurationContent> Resolve(ConfigurationContent content, Func<AttributeId, string?> values)
    {
        var filler = new TemplateFiller(values);
        return filler.Result(Rewrite(content, (_, text) => filler.Fill(text), (_, xml) => filler.FillXml(xml)));
    }

    private static ConfigurationContent Rewrite(ConfigurationContent content, Func<string, string, string> text, Func<string, string, string> xml)
    {
        if (content is not ConfigurationContent.CustomProfile custom)
            return ContentTexts.Rewrite(content, text);
        return custom.MobileConfig.Span.IndexOf("${"u8) < 0
            ? content
            : new ConfigurationContent.CustomProfile(Encoding.Latin1.GetBytes(xml("mobileConfig", XmlOf(custom))));
    }

    /// <summary>Byte for byte: names are ASCII, and what is put in is, so the file's encoding does not matter.</summary>
    private static string XmlOf(ConfigurationContent.CustomProfile custom) => Encoding.Latin1.GetString(custom.MobileConfig.Span);
}
