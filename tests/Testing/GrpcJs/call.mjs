// Makes one gRPC call described by the JSON in CALL and prints what came back as one line of JSON.
//   address, service, method, requests, metadata, deadline_ms, cancel_after (messages), reflection ("v1" | "v1alpha")
// A string "$fill:N" stands for N letters, in both directions, so that big messages need no big arguments.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const protos = fileURLToPath(new URL('../../../protos/', import.meta.url));
const loading = { keepCase: true, longs: String, enums: String, bytes: String, oneofs: true, includeDirs: [protos] };

const call = JSON.parse(process.env.CALL, (_, value) => {
  const fill = typeof value === 'string' && /^\$fill:(\d+)$/.exec(value);
  return fill ? 'x'.repeat(Number(fill[1])) : value;
});

const types = call.reflection ? await reflected(call) : fromFiles();
const outcome = await invoke(types, call);
console.log(JSON.stringify(outcome, (_, value) =>
  typeof value === 'string' && value.length > 10_000 ? `$fill:${value.length}` : value));

function fromFiles() {
  const files = readdirSync(protos, { recursive: true }).filter(name => name.endsWith('.proto'));
  return protoLoader.loadSync(files, loading);
}

/** The types of the service as the server itself describes them. */
async function reflected({ address, service, reflection }) {
  const answer = await invoke(protoLoader.loadSync([`grpc/reflection/${reflection}/reflection.proto`], { ...loading, bytes: Buffer }), {
    address,
    service: `grpc.reflection.${reflection}.ServerReflection`,
    method: 'ServerReflectionInfo',
    requests: [{ file_containing_symbol: service }],
    deadline_ms: 10_000,
  });
  const files = answer.messages[0]?.file_descriptor_response?.file_descriptor_proto;
  if (!files) throw new Error(`Reflection did not describe ${service}: ${JSON.stringify(answer)}`);
  return protoLoader.loadFileDescriptorSetFromBuffer(Buffer.concat(files.flatMap(file => [Buffer.from([0x0a]), varint(file.length), file])), loading);
}

function varint(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.from([...bytes, number]);
}

async function invoke(types, { address, service, method, requests, metadata, deadline_ms, cancel_after }) {
  const Client = service.split('.').reduce((scope, name) => scope[name], grpc.loadPackageDefinition(types));
  const client = new Client(address.replace('http://', ''), grpc.credentials.createInsecure());
  const definition = Client.service[method];
  const sent = new grpc.Metadata();
  for (const [name, value] of Object.entries(metadata ?? {})) sent.set(name, value);
  const options = { deadline: Date.now() + (deadline_ms ?? 30_000) };

  const messages = [];
  const status = await new Promise(resolve => {
    let open;
    const settle = { status: null, isOver: !definition.responseStream };
    const done = () => settle.status && settle.isOver && resolve(settle.status);
    const answered = (_, message) => message && messages.push(message);
    if (definition.requestStream) {
      open = definition.responseStream ? client[method](sent, options) : client[method](sent, options, answered);
      for (const request of requests) open.write(request);
      open.end();
    } else {
      open = definition.responseStream ? client[method](requests[0], sent, options) : client[method](requests[0], sent, options, answered);
    }
    if (definition.responseStream) {
      open.on('data', message => {
        messages.push(message);
        if (messages.length === cancel_after) open.cancel();
      });
      const over = () => { settle.isOver = true; done(); };
      open.on('end', over).on('error', over);
    } else if (cancel_after === 0) {
      open.cancel();
    }
    open.on('status', value => { settle.status = value; done(); });
  });
  client.close();
  return { status: grpc.status[status.code], details: status.details, trailers: status.metadata.getMap(), messages };
}
