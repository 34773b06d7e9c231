using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.Host.Http;
using Speaker.Host.Keys;

namespace Speaker.Host.Tests.Http;

/// <summary>The OpenAPI document that the endpoints of a running service amount to.</summary>
internal static class OpenApiDocument
{
    private const string Json = "application/json";

    /// <summary>Texts of the queries, by operation.</summary>
    private static readonly Dictionary<string, (string Name, string Type, string Description)[]> Queries = new()
    {
        ["list"] =
        [
            ("after", "string", "The name after which the list goes on."),
            ("limit", "integer", "How many speakers at most, 1 to 10,000; 1,000 where it is not given."),
        ],
        ["challenge"] = [("speaker", "string", "The only speaker that it is for; any where it is not given.")],
        ["verifyLive"] =
        [
            ("speaker", "string", "Who is claimed; has to be given."),
            ("rate", "integer", "Samples a second, 4,000 to 768,000; 16,000 where it is not given."),
            ("early", "boolean", "Whether the decision may come before the sound ends; true where it is not given."),
            ("challenge", "string", "The id of a challenge, which this uses up."),
        ],
        ["export"] = [("speaker", "array", "Whom to export, once for each; everybody where it is not given.")],
    };

    public static JsonObject Of(IEnumerable<RouteEndpoint> endpoints)
    {
        var schemas = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var paths = new JsonObject();
        var described = endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>() is not null)
            .OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal).ThenBy(MethodOf);
        foreach (var endpoint in described)
        {
            var path = endpoint.RoutePattern.RawText!;
            paths[path] ??= new JsonObject();
            paths[path]![MethodOf(endpoint)] = Operation(endpoint, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Speaker",
                ["version"] = "v1",
                ["description"] = "Speaker verification: enrol voices and decide on recordings. docs/http.md has the " +
                    "codes of problems.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(schemas.Select(
                    schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value))),
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["header"] = new JsonObject
                    {
                        ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-Api-Key",
                    },
                },
            },
        };
    }

    private static string MethodOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single().ToLowerInvariant();

    private static JsonObject Operation(RouteEndpoint endpoint, SortedDictionary<string, JsonNode> schemas)
    {
        var operation = endpoint.Metadata.GetMetadata<Operation>()!;
        var node = new JsonObject
        {
            ["operationId"] = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName,
            ["summary"] = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()!.Summary,
        };
        Assert.Equal(operation.Name, node["operationId"]!.GetValue<string>());
        if (operation.Scope is { } scope)
        {
            node["description"] = scope == KeyScopes.None
                ? "Where keys are needed, any will do."
                : $"Where keys are needed: one of the scope {ScopeNames.Of(scope).Single()}.";
            node["security"] = new JsonArray(
                new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["header"] = new JsonArray() });
        }

        if (Parameters(endpoint, operation) is { Count: > 0 } parameters)
        {
            node["parameters"] = parameters;
        }

        if (TakesRecordings(operation))
        {
            node["requestBody"] = Recordings(operation);
        }
        else if (operation.Name == "import")
        {
            node["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { [Json] = new JsonObject { ["schema"] = new JsonObject() } },
            };
        }

        node["responses"] = Responses(endpoint, operation, schemas);
        return node;
    }

    private static bool TakesRecordings(Operation operation) => operation.Listens && operation.Name != "import";

    private static JsonArray Parameters(RouteEndpoint endpoint, Operation operation)
    {
        var parameters = new JsonArray();
        foreach (var part in endpoint.RoutePattern.Parameters)
        {
            parameters.Add(Parameter("path", part.Name, part.Name == "utterance" ? "integer" : "string", part.Name switch
            {
                "utterance" => "The id that 'show' gives.",
                "job" => "The id that an enrolment with async=true gives.",
                _ => "The speaker's name.",
            }));
        }

        var queries = TakesRecordings(operation)
            ?
            [
                ("name", "string", "What the recording in the body is called."),
                ("rate", "integer", "Samples a second of raw samples whose content type does not say it."),
                ("channels", "integer", "Channels of raw samples; 1 where nobody says."),
            ]
            : Queries.GetValueOrDefault(operation.Name) ?? [];
        if (operation.Name == "verify")
        {
            parameters.Add(Parameter(
                "query", "challenge", "string", "The id of a challenge, which this uses up; also a field of the form."));
        }

        if (operation.Name == "enrol")
        {
            parameters.Add(Parameter(
                "query", "async", "boolean", "Whether to answer as soon as the recordings are in the queue."));
            parameters.Add(Parameter(
                "query", "webhook", "string", "Whom to tell of its end; one of the addresses that the settings allow."));
        }

        foreach (var (name, type, description) in queries)
        {
            parameters.Add(Parameter("query", name, type, description));
        }

        Assert.Equal(
            operation.Query.Order(StringComparer.Ordinal),
            parameters.Where(each => each!["in"]!.GetValue<string>() == "query")
                .Select(each => each!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        return parameters;
    }

    private static JsonObject Parameter(string place, string name, string type, string description) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["description"] = description,
        ["schema"] = type == "array"
            ? new JsonObject { ["type"] = type, ["items"] = new JsonObject { ["type"] = "string" } }
            : new JsonObject { ["type"] = type },
    };

    private static JsonObject Recordings(Operation operation)
    {
        JsonObject File() => new() { ["type"] = "string", ["format"] = "binary" };
        var form = operation.Name switch
        {
            "compare" => new JsonObject { ["first"] = File(), ["second"] = File() },
            "enrol" => new JsonObject
            {
                ["file"] = new JsonObject { ["type"] = "array", ["items"] = File() },
                ["consent"] = new JsonObject { ["type"] = "string" },
                ["note"] = new JsonObject { ["type"] = "string" },
                ["allowDuplicate"] = new JsonObject { ["type"] = "boolean" },
            },
            "verify" => new JsonObject
            {
                ["file"] = File(), ["challenge"] = new JsonObject { ["type"] = "string" },
            },
            _ => new JsonObject { ["file"] = File() },
        };
        var content = new JsonObject
        {
            ["multipart/form-data"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["type"] = "object", ["properties"] = form },
            },
        };
        if (operation.Name != "compare")
        {
            foreach (var type in (string[])
                ["audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/pcm", "audio/L16", "application/octet-stream"])
            {
                content[type] = new JsonObject { ["schema"] = File() };
            }
        }

        return new JsonObject { ["required"] = true, ["content"] = content };
    }

    private static JsonObject Responses(
        RouteEndpoint endpoint, Operation operation, SortedDictionary<string, JsonNode> schemas)
    {
        var responses = new JsonObject();
        var declared = endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Select(each => (each.StatusCode, Type: each.Type!)).ToList();
        if (operation.Name == "enrol")
        {
            declared.Add((201, typeof(EnrollJson)));
            declared.Add((202, typeof(JobJson)));
        }

        if (operation.Scope is not null)
        {
            declared.AddRange(((int[])[400, 401, 403, 429]).Select(status => (status, typeof(ProblemJson))));
        }

        if (operation.Scope is not null and not KeyScopes.None)
        {
            declared.Add((503, typeof(ProblemJson)));
        }

        foreach (var (status, type) in declared.OrderBy(each => each.StatusCode))
        {
            responses[$"{status}"] = new JsonObject
            {
                ["description"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                ["content"] = new JsonObject
                {
                    [type == typeof(ProblemJson) ? Problems.ContentType
                        : type == typeof(string) ? "text/plain"
                        : Json] = new JsonObject { ["schema"] = Schema(type, schemas) },
                },
            };
        }

        return responses;
    }

    private static JsonObject Schema(Type type, SortedDictionary<string, JsonNode> schemas)
    {
        if (type == typeof(string) || type == typeof(object))
        {
            return new JsonObject { ["type"] = type == typeof(string) ? "string" : "object" };
        }

        var name = type.Name[..^"Json".Length];
        if (!schemas.ContainsKey(name))
        {
            var contract = JsonContracts.Output.GetTypeInfo(type) ?? HttpJson.Output.GetTypeInfo(type)!;
            schemas[name] = contract.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
            {
                TreatNullObliviousAsNonNullable = true,
            });
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + name };
    }
}
