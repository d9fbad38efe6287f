namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class DataFormattingNodeTests
{
    [Theory]
    [InlineData("""{"operation":"date","date_format":"d MMMM yyyy"}""", "\"2026-03-10T22:30:00Z\"", "\"11 March 2026\"")]
    [InlineData("""{"operation":"date","date_format":"HH:mm","timezone":"America/New_York"}""", "\"2026-03-10T22:30:00Z\"", "\"18:30\"")]
    [InlineData("""{"operation":"date","input_format":"dd.MM.yyyy"}""", "\"10.03.2026\"", "\"2026-03-10\"")]
    [InlineData("""{"operation":"number","number_style":"1.234,56","suffix":" kg"}""", "1234567.891", "\"1.234.567,89 kg\"")]
    [InlineData("""{"operation":"number","decimals":0}""", "\"1234.5\"", "\"1,235\"")]
    [InlineData("""{"operation":"number","number_style":"1'234.56"}""", "-1234.5", "\"-1'234.50\"")]
    [InlineData("""{"operation":"percent","decimals":1}""", "0.1234", "\"12.3%\"")]
    [InlineData("""{"operation":"currency"}""", "-12.5", "\"-$12.50\"")]
    [InlineData("""{"operation":"currency","currency":"JPY"}""", "1234.5", "\"¥1,235\"")]
    [InlineData("""{"operation":"currency","currency":"UAH","number_style":"1 234,56"}""", "1234.5", "\"1 234,50 ₴\"")]
    [InlineData("""{"operation":"currency","currency":"EUR","currency_display":"code"}""", "5", "\"5.00 EUR\"")]
    [InlineData("""{"operation":"case","case":"title"}""", "\"new ORDER\"", "\"New Order\"")]
    [InlineData("""{"operation":"case","case":"sentence"}""", "\"NEW ORDER\"", "\"New order\"")]
    [InlineData("""{"operation":"case","case":"snake"}""", "[\"NewOrder\",null]", "[\"new_order\",null]")]
    [InlineData("""{"operation":"trim"}""", "\"  x \"", "\"x\"")]
    public void A_value_is_written_for_people(string configurations, string data, string expected) => Gives(configurations, data, expected);

    [Theory]
    [InlineData("""{"operation":"currency","fields":["price.net"]}""", """[{"price":{"net":5}},{"id":2}]""", """[{"price":{"net":"$5.00"}},{"id":2,"price":{"net":null}}]""")]
    [InlineData("""{"operation":"date","fields":["at"],"output_suffix":"_day"}""", """{"at":"2026-03-10T09:00"}""", """{"at":"2026-03-10T09:00","at_day":"2026-03-10"}""")]
    public void Fields_are_formatted_where_they_are(string configurations, string data, string expected) => Gives(configurations, data, expected);

    [Theory]
    [InlineData("""{"operation":"template","template":"Dear {{$json.d.name}}, {{len($json.d.items)}} items."}""", """{"name":"Ann","items":[1,2]}""", "\"Dear Ann, 2 items.\"")]
    [InlineData("""{"operation":"template","template":"{{index + 1}}. {{item.name}}","template_mode":"each_item"}""", """[{"name":"a"},{"name":"b"}]""", """["1. a","2. b"]""")]
    [InlineData("""{"operation":"template","template":"- {{name}}","template_mode":"each_item","join_with":"\n"}""", """[{"name":"a"},{"name":"b"}]""", "\"- a\\n- b\"")]
    [InlineData("""{"operation":"template","template":"no expression"}""", "1", "\"no expression\"")]
    [InlineData("""{"operation":"csv","columns":["b","a.x"],"delimiter":";"}""", """[{"a":{"x":1},"b":"p;q"},{"b":"\"z\""}]""", "\"b;a.x\\r\\n\\\"p;q\\\";1\\r\\n\\\"\\\"\\\"z\\\"\\\"\\\";\"")]
    [InlineData("""{"operation":"csv","include_header":false}""", """[{"a":1},{"b":2}]""", "\"1,\\r\\n,2\"")]
    [InlineData("""{"operation":"json"}""", """{"a":[1]}""", "\"{\\\"a\\\":[1]}\"")]
    [InlineData("""{"operation":"json","pretty":true}""", """{"a":[1]}""", "\"{\\n  \\\"a\\\": [\\n    1\\n  ]\\n}\"")]
    [InlineData("""{"operation":"xml","root_name":"order","item_name":"line"}""", """{"id":1,"lines":["a<b"]}""", "\"<order><id>1</id><lines><line>a&lt;b</line></lines></order>\"")]
    [InlineData("""{"operation":"markdown_table"}""", """[{"a":"x|y","b":"1\n2"},{"a":2}]""", "\"| a | b |\\n| --- | --- |\\n| x\\\\|y | 1<br>2 |\\n| 2 |  |\"")]
    [InlineData("""{"operation":"html_table"}""", """[{"a":"<b>"}]""", "\"<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>\"")]
    public void Data_becomes_text(string configurations, string data, string expected) => Gives(configurations, data, expected);

    [Theory]
    [InlineData("""{"operation":"parse_csv"}""", "\"id,name,zip,ok\\r\\n1,\\\"a \\\"\\\"b\\\"\\\", c\\\",01234,true\\n2,,,\\n\"",
        """[{"id":1,"name":"a \"b\", c","zip":"01234","ok":true},{"id":2,"name":null,"zip":null,"ok":null}]""")]
    [InlineData("""{"operation":"parse_csv","include_header":false,"infer_types":false,"delimiter":"tab"}""", "\"1\\t2\\n\\n3\"", """[["1","2"],["3"]]""")]
    [InlineData("""{"operation":"parse_csv"}""", "\"a,a,\\n1,2,3,4\"", """[{"a":1,"a_2":2,"column_3":3,"column_4":4}]""")]
    [InlineData("""{"operation":"parse_json"}""", "\"[1, {\\\"a\\\": null}]\"", """[1,{"a":null}]""")]
    [InlineData("""{"operation":"parse_xml"}""", "\"<o id='7'><l>a</l><l>b</l><e/>text</o>\"", """{"o":{"@id":"7","l":["a","b"],"e":"","#text":"text"}}""")]
    public void Text_becomes_data(string configurations, string data, string expected) => Gives(configurations, data, expected);

    [Theory]
    [InlineData("""{"operation":"parse_json"}""", "\"{\"", "not JSON")]
    [InlineData("""{"operation":"parse_json"}""", "[1]", "no text")]
    [InlineData("""{"operation":"parse_csv"}""", "\"a\\n\\\"open\"", "not closed")]
    [InlineData("""{"operation":"parse_xml"}""", "\"<a><b></a>\"", "not well-formed")]
    [InlineData("""{"operation":"parse_xml"}""", "\"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>\"", "DTD")]
    [InlineData("""{"operation":"number","on_error":"fail"}""", "\"x\"", "cannot be written as number")]
    public void What_cannot_be_done_fails_the_node(string configurations, string data, string told)
        => Assert.Contains(told, Start(configurations, data).State.Failure!.Cause.Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_that_cannot_be_formatted_stays_and_is_reported()
    {
        var output = Start("""{"operation":"number","fields":["n"]}""", """[{"n":1},{"n":"x"}]""").Output("f");

        Assert.Equal(JsonData.Parse("""[{"n":"1.00"},{"n":"x"}]"""), output["formatted_data"]);
        Assert.Equal("/1/n", output["errors"][0]["pointer"].Text);
        Assert.False(output["success"].IsTrue);
        Assert.Equal(JsonData.Parse("""[{"n":"1.00"},{"n":null}]"""), Start("""{"operation":"number","fields":["n"],"on_error":"null"}""", """[{"n":1},{"n":"x"}]""").Output("f")["formatted_data"]);
    }

    [Fact]
    public void A_table_of_items_that_share_no_field_is_refused()
    {
        var items = string.Join(',', Enumerable.Range(0, 3000).Select(at => $$"""{"f{{at}}":1}"""));

        Assert.Contains("cells", Start("""{"operation":"csv"}""", $"[{items}]").State.Failure!.Cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"operation":"template"}""", "/nodes/1/configurations/template")]
    [InlineData("""{"operation":"date","timezone":"Mars/Base"}""", "/nodes/1/configurations/timezone")]
    [InlineData("""{"operation":"shout"}""", "/nodes/1/configurations/operation")]
    [InlineData("""{"operation":"template","template":"{{ item. }}"}""", "/nodes/1/configurations/template")]
    public void A_mistake_is_refused_when_saving(string configurations, string pointer)
        => Assert.Contains(pointer, Draft.Manual().Node("f", "ACTION.DATA_FORMATTING", configurations).Connect("start -> f").Validate().Errors.Select(error => error.Pointer));

    private static void Gives(string configurations, string data, string expected)
    {
        var run = Start(configurations, data);

        Assert.Null(run.State.Failure);
        Assert.Equal(JsonData.Parse(expected).ToString(), run.Output("f")["formatted_data"].ToString());
    }

    private static Run Start(string configurations, string data) => Run.Of(
        Draft.Manual().With("settings", """{"timezone":"Europe/Kyiv"}""")
            .Node("f", "ACTION.DATA_FORMATTING", configurations, """{"input_params":{"data":"{{$json.d}}"}}""").Connect("start -> f"),
        $$"""{"d":{{data}}}""");
}
