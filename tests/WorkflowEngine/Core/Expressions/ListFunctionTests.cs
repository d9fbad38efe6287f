using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

public sealed class ListFunctionTests
{
    [Theory]
    [InlineData("first([1,2]) + last([1,2])", "3")]
    [InlineData("[first([]), first(null), last('abc', 2), first([1,2,3], 2)]", "[null,null,\"bc\",[1,2]]")]
    [InlineData("[1,2,3,4].slice(1, -1)", "[2,3]")]
    [InlineData("reverse([1,2,3])", "[3,2,1]")]
    [InlineData("[1,null,'x',[2]].join('-')", "\"1--x-[2]\"")]
    [InlineData("concat([1], 2, null, [3, [4]])", "[1,2,3,[4]]")]
    [InlineData("flatten([1,[2,[3,[4]]]]) + flatten([1,[2,[3]]], 9)", "[1,2,[3,[4]],1,2,3]")]
    [InlineData("chunk([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("compact([0, null, '', [], {}, false, 'x'])", "[0,false,\"x\"]")]
    [InlineData("zip([1,2,3], ['a','b'])", "[[1,\"a\"],[2,\"b\"],[3,null]]")]
    [InlineData("[range(3), range(1,4), range(5,0,-2), range(1,10,4), range(3,1), range(1,5,0)]", "[[0,1,2],[1,2,3],[5,3,1],[1,5,9],[],[]]")]
    [InlineData("[union([1,2],[2,3]), difference([1,2,3],[2]), intersection([1,2,3],[3,4,1])]", "[[1,2,3],[1,3],[1,3]]")]
    [InlineData("unique([1, 1.0, '1', {a:1}, {a:1}])", "[1,\"1\",{\"a\":1}]")]
    [InlineData("[sum([1,'2',null,'x']), avg([1,2]), min([3,1,2]), max(['b','a']), count([1,2])]", "[3,1.5,1,\"b\",2]")]
    [InlineData("[min(3, 1, 2), max(3, 1), min([]), avg([]), sum([])]", "[1,3,null,null,0]")]
    [InlineData("len([1,2]) == [1,2].length && [1,2].length() == 2", "true")]
    public void Lists(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("$json.orders.map(o => o.who.name)", "[\"Ann\",\"Bob\",\"Cid\"]")]
    [InlineData("map($json.orders, item.id * 2 + index)", "[2,5,8]")]
    [InlineData("map($json.orders, 'who.name')", "[\"Ann\",\"Bob\",\"Cid\"]")]
    [InlineData("$json.orders.map((o, i) => i + ':' + o.city)", "[\"0:Kyiv\",\"1:Lviv\",\"2:Kyiv\"]")]
    [InlineData("$json.orders.filter(total > 8).pluck('id')", "[1,2]")]
    [InlineData("$json.orders.filter(o => o.city == $json.orders.0.city && o.total > 8).length", "1")]
    [InlineData("$json.orders.find(o => o.total > 15).id", "2")]
    [InlineData("$json.orders.find(o => o.total > 99)", "null")]
    [InlineData("$json.orders.findIndex(o => o.id == 3)", "2")]
    [InlineData("[some([1,2], item > 1), every([1,2], item > 1), some([], true), every([], false)]", "[true,false,false,true]")]
    [InlineData("flatMap($json.orders, o => o.tags)", "[\"a\",\"b\",\"c\"]")]
    [InlineData("$json.orders.groupBy('city').Kyiv.sum('total')", "15.5")]
    [InlineData("keys(groupBy($json.orders, o => o.total > 8))", "[\"true\",\"false\"]")]
    [InlineData("$json.orders.indexBy('id')['2'].city", "\"Lviv\"")]
    [InlineData("[1,2,3].reduce((sum, x) => sum + x)", "6")]
    [InlineData("[1,2,3].reduce((all, x, i) => all + [x * i], [])", "[0,2,6]")]
    [InlineData("[].reduce((a, b) => a + b)", "null")]
    [InlineData("unique($json.orders, 'city').pluck('id')", "[1,2]")]
    [InlineData("$json.orders.sort('total').pluck('id')", "[3,1,2]")]
    [InlineData("$json.orders.sortBy(o => o.city, 'desc').pluck('id')", "[2,1,3]")]
    [InlineData("sort([3,'b',null,1,'a',true])", "[1,3,\"a\",\"b\",true,null]")]
    [InlineData("sort([1,3,2], 'desc')", "[3,2,1]")]
    [InlineData("[count($json.orders, o => o.city == 'Kyiv'), sum($json.orders, 'total'), max($json.orders, total), avg($json.orders, o => o.id)]", "[2,35.5,20,2]")]
    [InlineData("[[1,2],[3]].map(row => row.map(cell => cell * len(row)))", "[[2,4],[3]]")]
    [InlineData("[1,2].map(x => [10,20].map(y => x + y))", "[[11,21],[12,22]]")]
    [InlineData("[1,2].map(x => [10].map(x => x + 1).first() + x)", "[12,13]")]
    [InlineData("[{item: 5}].map(item => item.item)", "[5]")]
    [InlineData("[null, 1].map(item ?? 0)", "[0,1]")]
    public void Items(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("[keys($json.person), values({a: 1, b: [2]})]", "[[\"name\",\"age\",\"mail\"],[1,[2]]]")]
    [InlineData("entries({a: 1})", "[{\"key\":\"a\",\"value\":1}]")]
    [InlineData("fromEntries([{key: 'a', value: 1}, ['b', 2], {name: 'c', value: 3}])", "{\"a\":1,\"b\":2,\"c\":3}")]
    [InlineData("merge({a: 1, b: 1}, null, {b: 2}, [{c: 3}])", "{\"a\":1,\"b\":2,\"c\":3}")]
    [InlineData("$json.person.pick('name', 'none') ", "{\"name\":\"Ann\"}")]
    [InlineData("omit($json.person, ['age', 'mail'])", "{\"name\":\"Ann\"}")]
    [InlineData("$json.orders.pick('id').slice(0, 2)", "[{\"id\":1},{\"id\":2}]")]
    [InlineData("[has($json, 'person.mail'), has($json, 'person.phone'), get($json, 'person.mail', 'none'), get($json, 'orders.1.city')]", "[true,false,\"none\",\"Lviv\"]")]
    [InlineData("set({a: {b: 1}}, 'a.c.d', 2)", "{\"a\":{\"b\":1,\"c\":{\"d\":2}}}")]
    [InlineData("set({l: [1, 2]}, 'l.-1', 9)", "{\"l\":[1,9]}")]
    public void Objects(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("[round(2.5), round(-2.5), round(1.005, 2), round(1234, -2), round('x')]", "[3,-3,1.01,1200,null]")]
    [InlineData("[floor(-1.5), ceil(1.2), trunc(-1.9), abs(-3), sign(-2), sqrt(9), pow(2, 10), sqrt(-1)]", "[-2,2,-1,3,-1,3,1024,null]")]
    [InlineData("[formatNumber(1234567.891), formatNumber(-0.001, 2), formatNumber(1234.5, 1, '.', ','), toFixed(1.005, 2)]",
        "[\"1,234,567.89\",\"0.00\",\"1.234,5\",\"1.01\"]")]
    [InlineData("[toboolean('No'), toboolean('yes'), toboolean(0), toboolean('x'), tonumber(' 7 ')]", "[false,true,false,true,7]")]
    [InlineData("[typeof(1), typeof('x'), typeof(null), typeof([]), typeof({}), typeof(true)]", "[\"number\",\"string\",\"null\",\"array\",\"object\",\"boolean\"]")]
    [InlineData("[isNumber(1), isInteger(1.5), isString(''), isBoolean(0), isArray([]), isObject({}), isNull($json.nowhere), isNumeric('1e3')]",
        "[true,false,true,false,true,true,true,true]")]
    [InlineData("[isEmpty([]), isEmpty(0), isEmpty(''), isNotEmpty('x'), ifEmpty('', 'x'), ifEmpty(0, 1)]", "[true,false,true,true,\"x\",0]")]
    public void Numbers_and_types(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("$json.no ?? 'none'", "\"none\"")]
    [InlineData("0 ?? 1", "0")]
    [InlineData("$json.a?.b?.[0]?.c ?? $json.person?.name", "\"Ann\"")]
    [InlineData("$json.no || 'none'", "\"none\"")]
    [InlineData("'' || 0 || 'last'", "\"last\"")]
    [InlineData("$json.person && $json.person.age", "30")]
    [InlineData("null ?? false || 'x'", "\"x\"")]
    [InlineData("$json.no ? 1 : $json.no ?? 2", "2")]
    [InlineData("$input.keys()", "[\"orders\",\"person\",\"no\"]")]
    public void Defaults(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("map([1])", 0)]
    [InlineData("x => x", 2)]
    [InlineData("len(x => x)", 6)]
    [InlineData("[1].reduce(item)", 11)]
    [InlineData("[1].nothing()", 4)]
    [InlineData("[1].map(x => )", 13)]
    public void What_is_no_function_is_refused_with_its_position(string source, int position)
        => Assert.Equal(position, Assert.Throws<ExpressionException>(() => Expression.Compile(source)).Position);
}
