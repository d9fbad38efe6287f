//@ pollution by __proto__ in code | prototype pollution, CVE-2019-10744 | harmless | [{"a":1}]
({}).__proto__.polluted = 1; return { a: 1 }
//@ pollution by the constructor's prototype | CVE-2018-3721 | harmless | [[1]]
({}).constructor.prototype.polluted = 1; return [({}).polluted]
//@ pollution of arrays | prototype pollution | any
Array.prototype.map = () => ['fake']; Array.prototype.join = () => 'fake'; return [1, 2]
//@ pollution of the iterator | prototype pollution | any
Array.prototype[Symbol.iterator] = function* () { yield 'fake' }; return [1]
//@ pollution of promises | prototype pollution | any
Promise.prototype.then = function (f) { return f('fake') }; return 1
//@ pollution of JSON | prototype pollution | harmless | [{"a":1}]
JSON.stringify = () => '["fake"]'; JSON.parse = () => 'fake'; return { a: 1 }
//@ pollution of strings | prototype pollution | harmless | ["abc"]
String.prototype.slice = () => 'fake'; String.prototype.split = () => []; return 'abc'
//@ pollution of regular expressions while an error is located | prototype pollution | error
RegExp.prototype.exec = () => ['x', '9', '9']; throw new Error('x')
//@ freezing the world | prototype pollution | any
Object.freeze(Object.prototype); Object.freeze(Array.prototype); return [1]
//@ __proto__ as a key of the result | JSON.parse pollution, CVE-2024-21529 | harmless | [{"__proto__":{"x":1}}]
return JSON.parse('{"__proto__":{"x":1}}')
//@ constructor as a key of the result | JSON pollution | harmless | [{"constructor":{"prototype":{"x":1}}}]
return { constructor: { prototype: { x: 1 } } }
//@ __proto__ made with defineProperty | JSON pollution | harmless | [{"__proto__":1}]
const o = {}; Object.defineProperty(o, '__proto__', { value: 1, enumerable: true }); return o
//@ replacing the globals | prototype pollution | any
Object = Array = Promise = JSON = Reflect = undefined; return 1
//@ deleting the globals | prototype pollution | any
for (const k of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[k] } catch {} } return 1
//@ an own console | shadowing | harmless | [1]
console = { log() { throw new Error('x') } }; return 1
//@ own items | shadowing | harmless | [2]
const items = [1, 2], $json = 3; return items.length
//@ changing its own functions | tampering with surroundings | any
console.log.constructor.prototype.call = () => 'fake'; Reflect.apply = () => 'fake'; return 1
//@ a thenable with a hostile then | thenable tricks | error
return { then(resolve, reject) { reject(new Error('x')) } }
//@ a thenable that answers twice | thenable tricks | harmless | [1]
return { then(resolve) { resolve(1); resolve(2) } }
//@ a thenable of thenables | thenable tricks | harmless | [1]
return { then(r) { r({ then(r2) { r2({ then(r3) { r3(1) } }) } }) } }
//@ a thenable that never ends | thenable tricks | stopped
const t = { then(r) { r(t) } }; return t
