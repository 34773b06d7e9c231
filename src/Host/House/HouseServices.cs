using Microsoft.Extensions.DependencyInjection;

namespace Speaker.Host.House;

/// <summary>Registers the house with a service container.</summary>
internal static class HouseServices
{
    public static IServiceCollection AddHouse(this IServiceCollection services) => services
        .AddSingleton<HouseService>()
        .AddHostedService(provider => provider.GetRequiredService<HouseService>());
}
