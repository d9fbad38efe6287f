namespace AiTeams.Migrator;

/// <summary>A migration that cannot be applied or reverted; the message names it and says what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
