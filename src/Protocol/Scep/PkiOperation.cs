using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>Reads a PKIOperation request: bytes that anybody may send (RFC 8894, sections 3 and 4.3).</summary>
public static class PkiOperation
{
    /// <summary>The bytes of a request sent by GET, from its query value <c>message</c> as decoded by the web server.</summary>
    /// <exception cref="ScepException">Too large or not base64.</exception>
    public static byte[] FromQuery(string message, ScepOptions? options = null)
    {
        if (message.Length > (options ?? ScepOptions.Strict).MessageBytesMax / 3 * 4 + 4)
            throw new ScepException(ScepFault.TooLarge, "The message is too large.");
        var buffer = new byte[message.Length / 4 * 3 + 3];
        // Form decoding makes a space of a plus sign that the client did not escape.
        return Convert.TryFromBase64String(message.Replace(' ', '+'), buffer, out var length)
            ? buffer[..length]
            : throw new ScepException(ScepFault.Malformed, "The message is not base64.");
    }

    /// <summary>Verifies, opens and checks a request for <paramref name="authority"/>.</summary>
    /// <exception cref="ScepException">Every refusal; with the header as soon as its signature was verified.</exception>
    public static ScepRequest Parse(byte[] message, DeviceAuthority authority, ScepOptions? options = null)
    {
        var limits = options ?? ScepOptions.Strict;
        if (message.Length > limits.MessageBytesMax) throw new ScepException(ScepFault.TooLarge, "The message is too large.");
        var signed = OpenOuter(message);
        var header = ReadHeader(signed);
        try
        {
            return ReadInner(signed, header, authority.Certificate, limits.AllowLegacy);
        }
        catch (ScepException e)
        {
            throw e.With(header);
        }
    }

    private static SignedMessage OpenOuter(byte[] message)
    {
        try
        {
            // SHA-1 is judged later, so that its refusal can be told as badAlg.
            return SignedMessage.OpenAttached(message, allowSha1: true);
        }
        catch (CmsException e)
        {
            throw ScepException.From(e);
        }
    }

    private static ScepHeader ReadHeader(SignedMessage signed)
    {
        try
        {
            return ScepHeader.Read(signed);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.BadAttribute, "A signed attribute is malformed.", null, e);
        }
    }

    private static ScepRequest ReadInner(SignedMessage signed, ScepHeader header, X509Certificate2 ours, bool allowLegacy)
    {
        if (header.IsLegacy && !allowLegacy) throw new ScepException(ScepFault.WeakAlgorithm, "SHA-1 is not accepted.");
        RequireRsaSigner(header.SignerCertificate);
        var envelope = ScepEnvelope.Open(signed.Cms.ContentInfo.Content, ours, allowLegacy);
        var request = header.MessageType switch
        {
            ScepMessageType.GetCertInitial => ReadPoll(envelope.Content),
            ScepMessageType.PkcsReq or ScepMessageType.RenewalReq => SigningRequest.Parse(envelope.Content, allowLegacy),
            _ => throw new ScepException(ScepFault.UnsupportedMessageType, "The message type is not one that we answer."),
        };
        if (header.MessageType == ScepMessageType.PkcsReq && !DeviceKey.Same(request!.PublicKey, header.SignerCertificate.PublicKey))
            throw new ScepException(ScepFault.KeyMismatch, "A first request is signed by the key that it asks a certificate for.");
        return new ScepRequest(header, envelope.Cipher, request);
    }

    /// <summary>The answer is enveloped to this certificate, so that its key must be RSA.</summary>
    private static void RequireRsaSigner(X509Certificate2 signer)
    {
        if (signer.PublicKey.Oid.Value != CmsAlgorithms.RsaEncryption)
            throw new ScepException(ScepFault.WeakAlgorithm, "SCEP answers only to a signer with an RSA key.");
        try
        {
            DeviceKey.RequireStrong(signer.PublicKey);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.WeakKey, "The signer's key is malformed.", null, e);
        }
    }

    /// <summary>IssuerAndSubject: two names. The transaction id says the rest.</summary>
    private static SigningRequest? ReadPoll(byte[] content)
    {
        try
        {
            var outer = new AsnReader(content, AsnEncodingRules.BER);
            var names = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            names.ReadSequence();
            names.ReadSequence();
            names.ThrowIfNotEmpty();
            return null;
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.Malformed, "The polling request names no issuer and subject.", null, e);
        }
    }
}
