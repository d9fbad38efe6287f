using AiTeams.WorkflowEngine.Core.Expressions;

namespace AiTeams.WorkflowEngine.Core.Tests.Expressions;

public sealed class TextFunctionTests
{
    [Theory]
    [InlineData("'  a b '.trim() + '|' + trimStart(' a ') + '|' + trimEnd(' a ')", "\"a b|a | a\"")]
    [InlineData("split('a,b,,c')", "[\"a\",\"b\",\"\",\"c\"]")]
    [InlineData("split('a - b - c', ' - ', 2)", "[\"a\",\"b - c\"]")]
    [InlineData("'abc'.split('')", "[\"a\",\"b\",\"c\"]")]
    [InlineData("lines('a\\r\\nb\\nc')", "[\"a\",\"b\",\"c\"]")]
    [InlineData("replace('a.b.c', '.', '-')", "\"a-b-c\"")]
    [InlineData("replace('abc', '', 'x')", "\"abc\"")]
    [InlineData("padStart(7, 3, '0') + padEnd('ab', 5, '12')", "\"007ab121\"")]
    [InlineData("repeat('ab', 3)", "\"ababab\"")]
    [InlineData("repeat('ab', -1)", "\"\"")]
    [InlineData("before('ann@example.org', '@') + ' ' + after('ann@example.org', '@')", "\"ann example.org\"")]
    [InlineData("before('x', '@') + '|' + after('x', '@')", "\"x|\"")]
    [InlineData("truncate('abcdefgh', 5) + truncate('abc', 5) + truncate('abcdef', 4, '..')", "\"abcd…abcab..\"")]
    [InlineData("indexOf('workflow', 'flow') + indexOf([1,2,3], '3') + indexOf('a', 'b')", "5")]
    [InlineData("'workflow'.slice(0, 4) + slice('workflow', -4) + substring('abc', 2, 1)", "\"workflow\"")]
    [InlineData("reverse('e\\u0301a')", "\"ae\\u0301\"")]
    [InlineData("capitalize('ann lee') + '|' + titleCase(\"o'neill-smith AND co\")", "\"Ann lee|O'neill-Smith And Co\"")]
    [InlineData("[camelCase('Order total (EUR)'), pascalCase('order_total'), snakeCase('orderTotalEUR2'), kebabCase('Order  Total!')]",
        "[\"orderTotalEur\",\"OrderTotal\",\"order_total_eur2\",\"order-total\"]")]
    [InlineData("snakeCase('XMLHttpRequest')", "\"xml_http_request\"")]
    [InlineData("extract('Order 66 of 2026', '\\\\d+')", "\"66\"")]
    [InlineData("extract('Order 66 of 2026', 'of (\\\\d+)', 1)", "\"2026\"")]
    [InlineData("extract('none', '\\\\d+')", "null")]
    [InlineData("extractAll('a1b22c333', '[0-9]+')", "[\"1\",\"22\",\"333\"]")]
    [InlineData("extractAll('K=1;k=2', 'k=(.)', 1, true)", "[\"1\",\"2\"]")]
    [InlineData("replaceRegex('2026-03-10', '(\\\\d+)-(\\\\d+)-(\\\\d+)', '$3.$2.$1')", "\"10.03.2026\"")]
    [InlineData("replaceRegex('aXbx', 'x', '-', true)", "\"a-b-\"")]
    [InlineData("'Order 66'.matches('^order', true)", "true")]
    [InlineData("'a'.toUpperCase() + 'B'.toLowerCase()", "\"Ab\"")]
    [InlineData("tostring(5) + tostring([1]) + tostring(null)", "\"5[1]\"")]
    public void Texts(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("base64Encode('Grüße') + ' ' + base64Decode('R3LDvMOfZQ')", "\"R3LDvMOfZQ== Grüße\"")]
    [InlineData("base64Decode('not base64!')", "null")]
    [InlineData("urlEncode('a b&c=ü') + ' ' + urlDecode('a+b%26c')", "\"a%20b%26c%3D%C3%BC a b&c\"")]
    [InlineData("toQuery({a: 1, b: [2, 'x y'], c: null})", "\"a=1&b=2&b=x%20y\"")]
    [InlineData("escapeHtml('<a href=\"x\">&')", "\"&lt;a href=&quot;x&quot;&gt;&amp;\"")]
    [InlineData("removeTags('<p>Dear <b>Ann</b></p>')", "\"Dear Ann\"")]
    [InlineData("hash('abc')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    [InlineData("hash('abc', 'md5')", "\"900150983cd24fb0d6963f7d28e17f72\"")]
    [InlineData("hash('abc', 'SHA-1')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")]
    [InlineData("hmac('what do ya want for nothing?', 'Jefe')", "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\"")]
    [InlineData("hmac('x', 'k', 'sha256', 'base64').len()", "44")]
    [InlineData("toJson({a: [1, 'x']})", "\"{\\\"a\\\":[1,\\\"x\\\"]}\"")]
    [InlineData("toJson([1], true)", "\"[\\n  1\\n]\"")]
    [InlineData("parseJson('{\"a\": [1, 2]}').a[1]", "2")]
    [InlineData("parseJson('{a}')", "null")]
    [InlineData("parseJson(5)", "null")]
    [InlineData("JSON.stringify(JSON.parse('[1]')) + Math.round(2.5)", "\"[1]3\"")]
    public void Codings(string source, string expected) => Expect.Gives(source, expected);

    [Theory]
    [InlineData("hash('x', 'crc32')", "sha256")]
    [InlineData("hash('x', 'md5', 'octal')", "base64")]
    [InlineData("extract('x', $json.person.name + '(')", "malformed")]
    public void A_mistake_says_what_there_is(string source, string told)
        => Assert.Contains(told, Assert.Throws<ExpressionException>(() => Expression.Compile(source).Evaluate(Expect.Scope)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_literal_pattern_is_checked_when_the_expression_is_compiled()
        => Assert.Equal(9, Assert.Throws<ExpressionException>(() => Expression.Compile("'a'.extract('(')")).Position - 3);
}
