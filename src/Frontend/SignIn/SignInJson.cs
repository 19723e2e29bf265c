using System.Text.Json.Serialization;

namespace Mdm.Fleet.Frontend.SignIn;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignInModel))]
internal sealed partial class SignInJson : JsonSerializerContext;
