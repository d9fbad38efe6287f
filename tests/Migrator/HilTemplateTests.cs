namespace AiTeams.Migrator.Tests;

public sealed class HilTemplateTests(WaitingUsers users) : IClassFixture<WaitingUsers>
{
    [Fact]
    public async Task Every_channel_has_a_text_for_every_occasion()
    {
        await using var service = await users.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);

        Assert.Equal(
            ["approved cancelled clarification completed escalated rejected request timeout warning"],
            (await service.LinesAsync("""
                SELECT string_agg(message_type, ' ' ORDER BY message_type) FROM hil_message_templates WHERE template_name = 'default' GROUP BY channel_type
                """)).Distinct());
        Assert.Equal(["email", "in_app", "slack", "webhook"], await service.LinesAsync("SELECT DISTINCT channel_type::text FROM hil_message_templates ORDER BY 1"));
    }

    [Fact]
    public async Task A_text_names_the_variables_it_uses()
    {
        await using var service = await users.Database.OpenServiceAsync(ServiceRoles.HumanInTheLoop);

        Assert.Empty(await service.LinesAsync("""
            SELECT channel_type || ' ' || message_type FROM hil_message_templates
            WHERE regexp_replace(concat(subject_template, body_template), '\{\{(' || array_to_string(available_variables, '|') || ')\}\}', '', 'g') ~ '[{}]'
            """));
        Assert.Equal("{reason,responder,title}", await service.ScalarAsync<string>("""
            SELECT available_variables::text FROM hil_message_templates WHERE channel_type = 'email' AND message_type = 'rejected'
            """));
    }

    [Theory]
    [InlineData("template_name, channel_type, message_type, subject_template, body_template", "'a', 'email', 'warning', NULL, 'b'", "23514")]
    [InlineData("template_name, channel_type, message_type, body_template", "'a', 'slack', 'greeting', 'b'", "23514")]
    [InlineData("template_name, channel_type, message_type, body_template", "'a', 'fax', 'warning', 'b'", "23514")]
    [InlineData("template_name, channel_type, message_type, body_template", "'a', 'slack', 'warning', ''", "23514")]
    [InlineData("template_name, channel_type, message_type, body_template", "'a', 'slack', 'warning', 'b'), ('a', 'slack', 'warning', 'c'", "23505")]
    public async Task A_template_without_use_is_refused(string columns, string row, string sqlState)
    {
        await using var administrator = await users.Database.OpenAdministratorAsync();
        await administrator.ExecuteAsync("BEGIN");

        Assert.Equal(sqlState, await administrator.RefusalAsync($"INSERT INTO hil_message_templates ({columns}) VALUES ({row})"));
    }
}
