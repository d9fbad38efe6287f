namespace AiTeams.WorkflowEngine.Reporting;

internal static class ReportingRegistration
{
    public static IServiceCollection AddReporting(this IServiceCollection services) => services
        .AddSingleton<RefreshExecutionMetrics>().AddHostedService(static s => s.GetRequiredService<RefreshExecutionMetrics>())
        .AddSingleton<ForgetOldMetrics>().AddHostedService(static s => s.GetRequiredService<ForgetOldMetrics>());
}
