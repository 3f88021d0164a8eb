/** What stands in the log as a membership, and what is refused to be one. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Configuration } from "./configuration.ts";
import { decodeConfiguration, encodeConfiguration } from "./configuration-codec.ts";

const about = {
  name: "Zürich",
  peerAddress: "10.0.0.1:7400",
  httpUrl: "https://a.example",
  grpcAddress: null,
};
const configuration: Configuration = {
  members: [
    { id: "0123456789ab", role: "voter", about },
    { id: "ba9876543210", role: "learner", about: { ...about, httpUrl: null } },
  ],
};
const bytes = (text: string) => new TextEncoder().encode(text);

test("a membership comes back as it was", () => {
  assert.deepEqual(decodeConfiguration(encodeConfiguration(configuration)), configuration);
});

test("what stands on disk stays as it is", () => {
  assert.equal(
    new TextDecoder().decode(encodeConfiguration({ members: configuration.members.slice(0, 1) })),
    '{"version":1,"members":[{"id":"0123456789ab","role":"voter","about":{"name":"Zürich","peerAddress":"10.0.0.1:7400","httpUrl":"https://a.example","grpcAddress":null}}]}',
  );
});

test("a field that a later version of the same shape adds is no obstacle", () => {
  const text = new TextDecoder().decode(encodeConfiguration(configuration));
  assert.deepEqual(decodeConfiguration(bytes(text.replace('"role"', '"zone":"b","role"'))), configuration);
});

test("a newer version says what to do; anything else says what is wrong", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{"version":2,"members":[]}', /Upgrade this node/],
    ['{"version":0,"members":[]}', /unknown version 0/],
    ['{"members":[]}', /unknown version undefined/],
    ['{"version":1}', /without members/],
    ["[]", /Expected a membership/],
    ["null", /Expected a membership/],
    ['{"version":1,"members":[3]}', /Expected a member, found 3/],
    ['{"version":1,"members":[{"id":"a","role":"king"}]}', /unknown role "king"/],
    ['{"version":1,"members":[{"id":7,"role":"voter"}]}', /id is no text/],
    ['{"version":1,"members":[{"id":"a","role":"voter"}]}', /says of itself/],
    ["{", /JSON/],
  ];
  for (const [text, message] of cases) assert.throws(() => decodeConfiguration(bytes(text)), message, text);
});

test("one node stands in a membership once", () => {
  const [member] = configuration.members;
  assert(member !== undefined);
  const twice = encodeConfiguration({ members: [member, { ...member, role: "learner" }] });
  assert.throws(() => decodeConfiguration(twice), /names one node twice/);
});
