//@ a getter that throws | getters in results | error
return { get a() { throw new Error('x') } }
//@ a getter that never returns | getters in results | stopped
return { get a() { for (;;) ; } }
//@ a getter that grows | getters in results | error
return (function f() { return { get a() { return f() } } })()
//@ toJSON that lies | toJSON tricks | harmless | ["lie"]
return { toJSON() { return 'lie' } }
//@ toJSON that never returns | toJSON tricks | stopped
return { toJSON() { for (;;) ; } }
//@ toJSON on everything | toJSON tricks | any
Object.prototype.toJSON = function () { return 'lie' }; return { a: 1 }
//@ toJSON that recurses | toJSON tricks | error
return { toJSON() { return { a: this.toJSON() } } }
//@ a proxy with endless keys | proxy traps | stopped
return new Proxy({}, { ownKeys() { let i = 0; for (;;) i++ } })
//@ a proxy of a million keys | proxy traps, JSON bomb | stopped
return new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => 'k' + i), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: () => 'x'.repeat(1000) })
//@ a proxy of an array without end | proxy traps | stopped
return new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 32 : 1 })
//@ a revoked proxy | proxy traps | error
const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy
//@ a circle | cyclic results | error
const a = {}; a.a = a; return a
//@ a symbol | symbol tricks | harmless | [null]
return Symbol('x')
//@ symbols as keys | symbol tricks | harmless | [{"a":1}]
return { a: 1, [Symbol.toPrimitive]: 1, [Symbol.iterator]: 1 }
//@ toPrimitive that throws while an error is described | symbol tricks | error
throw { [Symbol.toPrimitive]() { throw new Error('again') }, toJSON() { throw new Error('again') } }
//@ an error with hostile fields | symbol tricks | error
throw Object.defineProperties(new Error('x'), { name: { get() { throw 1 } }, message: { get() { throw 2 } }, stack: { get() { throw 3 } } })
//@ an error whose stack never returns | symbol tricks | stopped
throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;) ; } })
//@ throwing nothing | exceptions | error
throw undefined
//@ throwing a proxy | exceptions | error
throw new Proxy({}, { get() { throw new Error('x') }, getPrototypeOf() { throw new Error('y') } })
//@ throwing a giant text | output floods | error
throw new Error('x'.repeat(1e6))
//@ a big integer | values JSON has not | error
return 1n
//@ not a number | values JSON has not | harmless | [[null,null,null]]
return [NaN, Infinity, -Infinity]
//@ a function | values JSON has not | harmless | [null]
return () => 1
//@ nothing | values JSON has not | harmless | [null]
return undefined
//@ half a character | lone surrogates | harmless | ["\ud800"]
return '\ud800'
//@ a zero character | text that databases refuse | harmless | ["\u0000"]
return '\0'
//@ a sparse array | arrays | harmless | [[null,null,1]]
const a = []; a[2] = 1; return a
//@ an array with a lying length | arrays | stopped
return { length: 1e9, map: null, [Symbol.isConcatSpreadable]: true, toJSON() { return Array.from(this) } }
//@ a class that pretends to be wrapped | n8n item shape | harmless | [[1]]
return [{ json: 1, get pairedItem() { throw new Error('x') } }]
//@ an item whose json never returns | n8n item shape | stopped
return [{ get json() { for (;;) ; } }]
//@ a record separator in the console | protocol injection | harmless | [1]
console.log('a\u001eb\u0000c'); return 1
//@ a frame in the result | protocol injection | harmless | ["\u0000\u0000\u0000\u0001"]
return '\x00\x00\x00\x01'
