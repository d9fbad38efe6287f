namespace AiTeams.Contracts.Events;

/// <summary>A workflow document was created or replaced. Published by the workflow engine.</summary>
public sealed record WorkflowSaved(Guid UserId, Guid WorkflowId, int Version, DateTimeOffset SavedAt);

/// <summary>A workflow is gone with all that belonged to it. Published by the workflow engine.</summary>
public sealed record WorkflowDeleted(Guid UserId, Guid WorkflowId, DateTimeOffset DeletedAt);

/// <summary>A workflow's triggers are listening. Published by the scheduler.</summary>
public sealed record WorkflowDeployed(Guid UserId, Guid WorkflowId, int DeploymentVersion, DateTimeOffset DeployedAt);

/// <summary>A workflow's triggers are silent. Published by the scheduler.</summary>
public sealed record WorkflowUndeployed(Guid UserId, Guid WorkflowId, DateTimeOffset UndeployedAt);
