namespace AiTeams.WorkflowEngine.Core.Tests.Nodes;

public sealed class DataTransformationNodeTests
{
    private const string Orders = """
        {"items":[
          {"id":1,"city":"Kyiv","month":"Jan","amount":10,"who":{"name":"Ann"}},
          {"id":2,"city":"Lviv","month":"Jan","amount":20,"who":{"name":"Bob"}},
          {"id":3,"city":"Kyiv","month":"Feb","amount":5.5,"who":{"name":"Ann"}},
          {"id":4,"city":"Kyiv","month":"Feb","amount":null,"who":{"name":"Cid"}}]}
        """;

    public static TheoryData<string, string> Operations => new()
    {
        { """{"operation":"map","field_mapping":{"who":"who.name","gross":"{{item.amount * 2}}","label":"#{{item.id}}","at":"{{index}}","fixed":1}}""",
          """[{"who":"Ann","gross":20,"label":"#1","at":0,"fixed":1},{"who":"Bob","gross":40,"label":"#2","at":1,"fixed":1},{"who":"Ann","gross":11,"label":"#3","at":2,"fixed":1},{"who":"Cid","gross":null,"label":"#4","at":3,"fixed":1}]""" },
        { """{"operation":"map","transformation_script":"item.id * 10"}""", "[10,20,30,40]" },
        { """{"operation":"filter","filter_conditions":[{"field":"amount","operator":"greater_than","value":8}],"output_format":"array"}""",
          """[{"id":1,"city":"Kyiv","month":"Jan","amount":10,"who":{"name":"Ann"}},{"id":2,"city":"Lviv","month":"Jan","amount":20,"who":{"name":"Bob"}}]""" },
        { """{"operation":"filter","transformation_script":"item.id > 3"}""", """[{"id":4,"city":"Kyiv","month":"Feb","amount":null,"who":{"name":"Cid"}}]""" },
        { """{"operation":"aggregate","aggregation_functions":{"amount":["sum","avg","min","max","count"],"who.name":"count_distinct","id":["first","last","list"]}}""",
          """[{"amount_sum":35.5,"amount_avg":11.833333333333334,"amount_min":5.5,"amount_max":20,"amount_count":3,"who.name_count_distinct":3,"id_first":1,"id_last":4,"id_list":[1,2,3,4]}]""" },
        { """{"operation":"aggregate","group_by_fields":["city"],"aggregation_functions":{"amount":"sum"}}""",
          """[{"city":"Kyiv","amount_sum":15.5},{"city":"Lviv","amount_sum":20}]""" },
        { """{"operation":"group_by","group_by_fields":["city","month"],"aggregation_functions":{"amount":"sum"}}""",
          """[{"city":"Kyiv","month":"Jan","count":1,"items":[{"id":1,"city":"Kyiv","month":"Jan","amount":10,"who":{"name":"Ann"}}],"amount_sum":10},{"city":"Lviv","month":"Jan","count":1,"items":[{"id":2,"city":"Lviv","month":"Jan","amount":20,"who":{"name":"Bob"}}],"amount_sum":20},{"city":"Kyiv","month":"Feb","count":2,"items":[{"id":3,"city":"Kyiv","month":"Feb","amount":5.5,"who":{"name":"Ann"}},{"id":4,"city":"Kyiv","month":"Feb","amount":null,"who":{"name":"Cid"}}],"amount_sum":5.5}]""" },
        { """{"operation":"sort","sort_config":{"field":"amount","direction":"desc"}}""",
          """[{"id":2,"city":"Lviv","month":"Jan","amount":20,"who":{"name":"Bob"}},{"id":1,"city":"Kyiv","month":"Jan","amount":10,"who":{"name":"Ann"}},{"id":3,"city":"Kyiv","month":"Feb","amount":5.5,"who":{"name":"Ann"}},{"id":4,"city":"Kyiv","month":"Feb","amount":null,"who":{"name":"Cid"}}]""" },
        { """{"operation":"join","join_config":{"with":[{"city":"Kyiv","country":"UA","id":99}],"key":"city"}}""",
          """[{"city":"Kyiv","country":"UA","id":1,"month":"Jan","amount":10,"who":{"name":"Ann"}},{"city":"Kyiv","country":"UA","id":3,"month":"Feb","amount":5.5,"who":{"name":"Ann"}},{"city":"Kyiv","country":"UA","id":4,"month":"Feb","amount":null,"who":{"name":"Cid"}}]""" },
        { """{"operation":"pivot","pivot_config":{"index":"city","columns":"month","values":"amount","function":"sum"}}""",
          """[{"city":"Kyiv","Jan":10,"Feb":5.5},{"city":"Lviv","Jan":20}]""" },
        { """{"operation":"custom","transformation_script":"{n: len($json.items), first: $json.items.0.city}"}""", """{"n":4,"first":"Kyiv"}""" },
        { """{"operation":"map","field_mapping":{"id":"id","note":"{{if(item.id == 1, 'a,\"b', item.city)}}"},"output_format":"csv"}""",
          "\"id,note\\r\\n1,\\\"a,\\\"\\\"b\\\"\\r\\n2,Lviv\\r\\n3,Kyiv\\r\\n4,Kyiv\"" },
        { """{"operation":"filter","transformation_script":"item.id == 2","output_format":"xml"}""",
          "\"<items><item><id>2</id><city>Lviv</city><month>Jan</month><amount>20</amount><who><name>Bob</name></who></item></items>\"" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_gives_its_result(string configurations, string expected)
        => Assert.Equal(JsonData.Parse(expected), Output(configurations, Orders)["transformed_data"]);

    [Theory]
    [InlineData("""{"operation":"flatten"}""", """[{"a":{"b":1,"c":{"d":2}}},[3,[4]],5]""", """[{"a.b":1,"a.c.d":2},3,[4],5]""")]
    [InlineData("""{"operation":"flatten","flatten_config":{"field":"tags"}}""", """[{"tags":["x","y"]},{"tags":[]},{"no":1}]""", """["x","y"]""")]
    [InlineData("""{"operation":"join","join_config":{"left_key":"a","right_key":"b","type":"left","with":[{"b":1,"z":1},{"b":1,"z":2}]}}""", """[{"a":1},{"a":2},{}]""", """[{"b":1,"z":1,"a":1},{"b":1,"z":2,"a":1},{"a":2},{}]""")]
    [InlineData("""{"operation":"join","join_config":{"key":"k","type":"full","right_prefix":"r_","with":[{"k":1,"z":1},{"k":9,"z":2}]}}""", """[{"k":1},{"k":2}]""", """[{"r_k":1,"r_z":1,"k":1},{"k":2},{"r_k":9,"r_z":2}]""")]
    [InlineData("""{"operation":"join","join_config":{"key":"k","type":"right","with":[{"k":1,"z":1},{"k":9,"z":2}]}}""", """[{"k":1},{"k":2}]""", """[{"k":1,"z":1},{"k":9,"z":2}]""")]
    [InlineData("""{"operation":"flatten","flatten_config":{"depth":2}}""", """[[1,[2,[3]]],{"a":{"b":{"c":{"d":1}}}}]""", """[1,2,[3],{"a.b.c":{"d":1}}]""")]
    [InlineData("""{"operation":"flatten","flatten_config":{"field":"tags","keep_fields":true}}""", """[{"id":1,"tags":["x",["y"]]},{"id":2,"tags":[]}]""", """[{"id":1,"tags":"x"},{"id":1,"tags":["y"]}]""")]
    [InlineData("""{"operation":"sort","sort_config":[{"field":"a"},{"field":"b","direction":"desc"}]}""", """[{"a":2,"b":1},{"a":1,"b":1},{"a":1,"b":2}]""", """[{"a":1,"b":2},{"a":1,"b":1},{"a":2,"b":1}]""")]
    [InlineData("""{"operation":"aggregate","aggregation_functions":{"n":["median","stddev","concat"]}}""", """[{"n":1},{"n":4},{"n":"2"},{"n":5}]""", """[{"n_median":3,"n_stddev":1.8257418583505538,"n_concat":"1, 4, 2, 5"}]""")]
    [InlineData("""{"operation":"pivot","pivot_config":{"index":"c","columns":"m","values":"n","function":"count","fill":0}}""", """[{"c":"K","m":"a","n":1},{"c":"L","m":"b","n":1}]""", """[{"c":"K","a":1,"b":0},{"c":"L","a":0,"b":1}]""")]
    public void Lists_take_other_shapes(string configurations, string items, string expected)
        => Assert.Equal(JsonData.Parse(expected), Output(configurations, $$"""{"items":{{items}}}""")["transformed_data"]);

    [Theory]
    [InlineData("""{"operation":"sort","sort_config":{"direction":"asc"}}""", "sort_config")]
    [InlineData("""{"operation":"sort","sort_config":[{"field":"a","direction":"up"}]}""", "sort_config")]
    [InlineData("""{"operation":"join","join_config":{"key":"k","type":"outer"}}""", "join_config/type")]
    [InlineData("""{"operation":"pivot","pivot_config":{"index":"a","columns":"b","values":"c","function":"mode"}}""", "pivot_config/function")]
    [InlineData("""{"operation":"pivot","pivot_config":{"index":"a","columns":"b"}}""", "pivot_config/values")]
    [InlineData("""{"operation":"aggregate","aggregation_functions":{"a":["sum","mode"]}}""", "aggregation_functions/a")]
    [InlineData("""{"operation":"map","field_mapping":{"a":"{{ item. }}"}}""", "field_mapping/a")]
    [InlineData("""{"operation":"filter","filter_conditions":[{"field":"a","operator":"near"}]}""", "filter_conditions/0")]
    public void A_mistake_is_refused_when_saving(string configurations, string place)
        => Assert.Contains(
            $"/nodes/1/configurations/{place}",
            Draft.Manual().Node("t", "ACTION.DATA_TRANSFORMATION", configurations).Connect("start -> t").Validate().Errors.Select(error => error.Pointer));

    [Fact]
    public void Counts_and_metadata_come_along()
    {
        var output = Output("""{"operation":"filter","transformation_script":"item > 1"}""", """{"items":[1,2,3],"metadata":{"page":1}}""");

        Assert.Equal(3, output["original_count"]);
        Assert.Equal(2, output["output_count"]);
        Assert.True(output["success"].IsTrue);
        Assert.Equal(1, output["metadata"]["page"]);
        Assert.Equal("filter", output["transformation_stats"]["operation"].Text);
    }

    [Fact]
    public void One_object_is_a_list_of_one()
        => Assert.Equal(JsonData.Parse("[{\"y\":5}]"), Output("""{"operation":"map","field_mapping":{"y":"x"}}""", """{"x":5}""")["transformed_data"]);

    [Fact]
    public void A_join_that_multiplies_without_measure_fails()
    {
        var many = string.Join(',', Enumerable.Repeat("{\"k\":1}", 400));
        var run = Run.Of(
            Draft.Manual().Node("t", "ACTION.DATA_TRANSFORMATION", """{"operation":"join","join_config":{"with":"{{$json.items}}","key":"k"}}""").Connect("start -> t"),
            $$"""{"items":[{{many}}]}""");

        Assert.Equal("expression_error", run.State.Failure!.Cause.Code);
    }

    [Fact]
    public void A_join_without_a_second_list_says_so()
        => Assert.Contains(
            "second list",
            Run.Of(Draft.Manual().Node("t", "ACTION.DATA_TRANSFORMATION", """{"operation":"join","join_config":{"key":"k"}}""").Connect("start -> t")).State.Failure!.Cause.Message,
            StringComparison.Ordinal);

    private static JsonData Output(string configurations, string data)
    {
        var run = Run.Of(Draft.Manual().Node("t", "ACTION.DATA_TRANSFORMATION", configurations).Connect("start -> t"), data);
        Assert.Null(run.State.Failure);
        return run.Output("t");
    }
}
