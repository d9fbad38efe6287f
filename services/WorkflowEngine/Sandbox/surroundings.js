// What code finds around it. Evaluated first in every new context; gives the host two functions and keeps what they stand on out of
// the reach of the code that runs afterwards.
(function () {
  'use strict';
  const { parse, stringify } = JSON;
  const { defineProperty, freeze, keys, create, getPrototypeOf } = Object;
  const { isArray } = Array;
  const apply = Reflect.apply;
  const asString = String;
  const then = Promise.prototype.then;
  const AsyncFunction = getPrototypeOf(async function () { }).constructor;
  const exec = RegExp.prototype.exec, slice = String.prototype.slice, push = Array.prototype.push;
  const maxLines = 100, maxLine = 1000;

  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef', 'EngineInternal', 'gc']) {
    try { delete globalThis[name]; } catch { /* not ours to delete */ }
  }

  const lines = [];
  let dropped = 0;

  function show(value) {
    if (typeof value === 'string') { return value; }
    if (typeof value === 'object' && value !== null) {
      if (value instanceof Error) { return asString(value.stack ?? value); }
      try { return stringify(value) ?? asString(value); } catch { return '[object]'; }
    }
    return typeof value === 'symbol' || typeof value === 'function' ? '[' + typeof value + ']' : asString(value);
  }

  function log(...values) {
    if (lines.length >= maxLines) { dropped++; return; }
    let line = '';
    for (let at = 0; at < values.length && line.length < maxLine; at++) {
      line += (at > 0 ? ' ' : '') + apply(slice, show(values[at]), [0, maxLine]);
    }
    apply(push, lines, [line.length > maxLine ? apply(slice, line, [0, maxLine]) + '…' : line]);
  }

  const quiet = () => undefined;
  defineProperty(globalThis, 'console', {
    value: freeze({ log, info: log, warn: log, error: log, debug: log, trace: log, dir: log, table: log, assert: quiet, time: quiet, timeEnd: quiet, group: log, groupEnd: quiet }),
    writable: true, configurable: true, enumerable: false,
  });

  function own(target, source) {
    for (const name of keys(source)) {
      defineProperty(target, name, { value: source[name], writable: true, configurable: true, enumerable: true });
    }
    return target;
  }

  // Items as users of n8n know them: the value under json.
  const wrap = (item, index) => ({ json: item, pairedItem: { item: index } });

  function unwrap(value) {
    if (!isArray(value)) { return value; }
    const plain = [];
    for (let at = 0; at < value.length; at++) {
      const item = value[at];
      const wrapped = typeof item === 'object' && item !== null && !isArray(item) && 'json' in item
        && keys(item).every(name => name === 'json' || name === 'pairedItem' || name === 'binary');
      plain[at] = wrapped ? item.json : item;
    }
    return plain;
  }

  function input(ports, wrapped, current) {
    const methods = {
      all: () => wrapped(), first: () => wrapped()[0], last: () => { const list = wrapped(); return list[list.length - 1]; },
    };
    defineProperty(methods, 'item', { get: () => current() });
    return own(create(methods), ports ?? {});
  }

  // A body's globals. Each may be shadowed by a declaration of the code, as they are no parameters.
  function surround(given) {
    const items = given.items ?? [];
    let wrappedItems;
    const wrapped = () => wrappedItems ??= items.map(wrap);
    let at = 0;
    const current = () => wrapped()[at];
    const nodes = given.node ?? {};
    const nodeOf = name => {
      const found = typeof name === 'string' && Object.hasOwn(nodes, name) ? nodes[name] : undefined;
      if (found === undefined) { throw new Error(`There is no output of a node named '${asString(name)}' here. Only nodes whose name stands in the code are at hand.`); }
      const json = found.result ?? found;
      const list = (isArray(json) ? json : [json]).map(wrap);
      return { json, output: found, all: () => list, first: () => list[0], last: () => list[list.length - 1], item: list[at] ?? list[0] };
    };
    const node = {};
    for (const name of keys(nodes)) {
      defineProperty(node, name, { get: () => nodeOf(name), enumerable: true, configurable: true });
    }
    const define = (name, value) => defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    define('$json', given.json);
    define('$input', input(given.ports, wrapped, current));
    define('$node', node);
    define('$', nodeOf);
    define('$vars', given.vars);
    define('$trigger', given.trigger);
    define('$workflow', given.workflow);
    define('$execution', given.execution);
    define('$now', given.now);
    defineProperty(globalThis, 'items', { get: wrapped, set: value => define('items', value), configurable: true });
    return {
      items,
      move(index) {
        at = index;
        define('$itemIndex', index);
        define('item', items[index]);
        define('$json', items[index]);
      },
    };
  }

  const state = { results: [], error: undefined, pending: false, piece: 0, threw: false };

  async function body(run, argument) {
    const given = parse(argument);
    const around = surround(given);
    if (!given.each) { return unwrap(await run()); }
    const results = [];
    for (let index = 0; index < around.items.length; index++) {
      around.move(index);
      const result = unwrap(await run());
      const single = typeof result === 'object' && result !== null && !isArray(result) && keys(result).length === 1 && 'json' in result ? result.json : result;
      if (single !== undefined) { results[results.length] = single; }
    }
    return results;
  }

  async function convert(run, argument) {
    const result = await (await run())(parse(argument));
    return typeof result === 'object' && result !== null && !isArray(result) ? result : { converted_data: result };
  }

  async function filter(run, argument) {
    const items = parse(argument), judge = await run(), verdicts = [];
    for (let index = 0; index < items.length; index++) { verdicts[index] = !!(await judge(items[index], index)); }
    return verdicts;
  }

  const forms = [body, convert, filter];

  function failed(error) {
    state.threw = true;
    state.error = error;
    state.pending = false;
  }

  function written(value) {
    const json = stringify(value);
    return json === undefined ? 'null' : json;
  }

  function begin(form, run, argument, piece) {
    state.pending = true;
    state.piece = piece;
    apply(then, forms[form](run, argument), [value => {
      try {
        state.results[state.results.length] = written(value);
        state.pending = false;
      } catch (error) { failed(error); }
    }, failed]);
  }

  function place(error) {
    try {
      const stack = asString(error.stack);
      const match = apply(exec, /code(?: \[\d+\])?\.js(?: \[temp\])?:(\d+):(\d+)/, [stack]);
      return match ? [+match[1], +match[2]] : [0, 0];
    } catch { return [0, 0]; }
  }

  function said(error) {
    try {
      if (error instanceof Error) { return asString(error.name) + ': ' + asString(error.message); }
      return typeof error === 'string' ? error : 'Thrown: ' + show(error);
    } catch { return 'The code threw something that cannot be described.'; }
  }

  // 0: done; 1, with line, column and text: threw; 2: still waiting.
  function outcome() {
    if (state.threw) {
      const [line, column] = place(state.error);
      return '1' + line + ',' + column + ',' + apply(slice, said(state.error), [0, 4000]);
    }
    return state.pending ? '2' : '0';
  }

  function results() {
    let text = '[';
    for (let at = 0; at < state.results.length; at++) { text += (at > 0 ? ',' : '') + state.results[at]; }
    return text + ']';
  }

  // Lines, each with a record separator behind it.
  function spoken() {
    let text = '';
    for (let at = 0; at < lines.length; at++) { text += lines[at] + '\u001e'; }
    return dropped > 0 ? text + '… and ' + dropped + ' more lines\u001e' : text;
  }

  // Whether the text is the inside of a function and does not close it.
  function parses(code) {
    try { new AsyncFunction(code); return true; } catch { return false; }
  }

  return freeze({ begin, outcome, results, spoken, parses });
})()
