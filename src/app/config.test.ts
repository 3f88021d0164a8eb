import assert from "node:assert/strict";
import test from "node:test";
import { ConfigError, type ConfigSources, dataFolderOf, describeConfig, readConfig } from "./config.ts";

const nothing: ConfigSources = { flags: {}, environment: {}, file: null };
const file = (text: string) => ({ path: "lyceum.json", text });

test("a flag beats the environment, which beats the file, and each value says where it came from", () => {
  const { config, provenance } = readConfig({
    flags: { "http-port": "1" },
    environment: { LYCEUM_HTTP_PORT: "2", LYCEUM_HOST: "::1", PATH: "/bin" },
    file: file('{ "http-port": 3, "host": "127.0.0.2", "trusted-proxies": ["10.0.0.0/8", "::1"] }'),
  });
  assert.equal(config.httpPort, 1);
  assert.equal(config.host, "::1");
  assert.deepEqual(config.trustedProxies, ["10.0.0.0/8", "::1"]);
  assert.equal(config.grpcPort, 50_051);
  assert.deepEqual(
    [provenance.httpPort, provenance.host, provenance.trustedProxies, provenance.grpcPort],
    ["flag", "environment", "file", "default"],
  );
});

test("the file in the data folder holds what is the node's own, and everything else beats it", () => {
  const folderFile = {
    path: "data/lyceum.json",
    text: '{ "node-name": "b", "peer-port": 7001, "http-port": 7002, "grpc-port": 7003 }',
  };
  const { config, provenance } = readConfig({
    flags: { "http-port": "1" },
    environment: { LYCEUM_GRPC_PORT: "2" },
    file: file('{ "peer-port": 3 }'),
    folderFile,
  });
  assert.deepEqual([config.nodeName, config.peerPort, config.httpPort, config.grpcPort], ["b", 3, 1, 2]);
  assert.deepEqual(
    [provenance.nodeName, provenance.peerPort, provenance.httpPort, provenance.grpcPort],
    ["data folder", "file", "flag", "environment"],
  );
});

test("the data folder is known before its own file of settings is read", () => {
  assert.equal(dataFolderOf(nothing), "./data");
  assert.equal(dataFolderOf({ ...nothing, file: file('{ "data": "a" }') }), "a");
  assert.equal(dataFolderOf({ flags: { data: "c" }, environment: { LYCEUM_DATA: "b" }, file: null }), "c");
});

const faults: readonly { readonly given: Partial<ConfigSources>; readonly says: RegExp }[] = [
  {
    given: { environment: { LYCEUM_HTTP_PROT: "1" } },
    says: /LYCEUM_HTTP_PROT is no setting\. Did you mean LYCEUM_HTTP_PORT\?/,
  },
  { given: { flags: { colour: "red" } }, says: /--colour is no setting\. `lyceum config` lists/ },
  {
    given: { file: file('{ "hots": "x" }') },
    says: /"hots" in lyceum.json is no setting\. Did you mean host\?/,
  },
  { given: { file: file("{") }, says: /lyceum.json is not valid JSON/ },
  { given: { file: file("[]") }, says: /lyceum.json must hold one JSON object/ },
  {
    given: { environment: { LYCEUM_HTTP_PORT: "99999" } },
    says: /LYCEUM_HTTP_PORT takes a whole number .* not "99999"/,
  },
  { given: { environment: { LYCEUM_DATA: "" } }, says: /LYCEUM_DATA takes a path/ },
  { given: { flags: { "public-url": "school.example" } }, says: /--public-url takes an address/ },
  { given: { flags: { "public-url": "https://school.example/x" } }, says: /has no path/ },
  { given: { flags: { "trusted-proxies": "10.0.0.0/99" } }, says: /--trusted-proxies takes IP addresses/ },
  { given: { flags: { roles: "web,chef" } }, says: /--roles takes web, worker or both/ },
  { given: { flags: { "tls-cert": "c.pem" } }, says: /belong together/ },
  { given: { flags: { "peer-port": "0" } }, says: /--peer-port takes a whole number from 1/ },
  {
    given: { flags: { "peer-address": "10.0.0.5" } },
    says: /--peer-address takes .* such as 10\.0\.0\.5:50061/,
  },
  { given: { flags: { "node-name": "a b" } }, says: /--node-name takes up to 63 letters/ },
  {
    given: { flags: { "election-ms": "400" } },
    says: /LYCEUM_ELECTION_MS \(400\) must be at least five times LYCEUM_HEARTBEAT_MS \(100\)/,
  },
  {
    given: { folderFile: { path: "d/lyceum.json", text: '{ "data": "e" }' } },
    says: /"data" in d\/lyceum\.json has no place there/,
  },
];

for (const { given, says } of faults)
  test(`a faulty setting is named: ${says.source}`, () => {
    assert.throws(
      () => readConfig({ ...nothing, ...given }),
      (error) => error instanceof ConfigError && says.test(error.message),
    );
  });

test("every fault is told at once", () => {
  assert.throws(
    () => readConfig({ ...nothing, flags: { colour: "red", "http-port": "x" } }),
    (error) => error instanceof ConfigError && error.message.split("\n").length === 2,
  );
});

test("secrets are neither printed nor repeated in errors", () => {
  const url = "postgres://user:hunter22@db/school";
  const { config, provenance } = readConfig({ ...nothing, environment: { LYCEUM_DATABASE_URL: url } });
  assert.doesNotMatch(describeConfig(config, provenance), /hunter22/);
  assert.match(describeConfig(config, provenance), /database-url +\(hidden\) +environment/);
  assert.throws(
    () => readConfig({ ...nothing, environment: { LYCEUM_DATABASE_URL: "mysql://user:hunter22@db" } }),
    (error) => error instanceof ConfigError && !error.message.includes("hunter22"),
  );
});

for (const url of ["school.example", "smtp:///x", "smtp://host/path", "smtp://host?tls=no"])
  test(`no SMTP server: ${url}`, () => {
    assert.throws(
      () => readConfig({ ...nothing, environment: { LYCEUM_SMTP_URL: url } }),
      /LYCEUM_SMTP_URL takes smtp/,
    );
  });

test("an SMTP server needs an address that mails come from, and is not printed", () => {
  const environment = { LYCEUM_SMTP_URL: "smtps://school:hunter22@mail.example:465" };
  assert.throws(() => readConfig({ ...nothing, environment }), /needs LYCEUM_MAIL_FROM/);
  const withFrom = { ...environment, LYCEUM_MAIL_FROM: "Lindenhof School <lyceum@lindenhof.example>" };
  const { config, provenance } = readConfig({ ...nothing, environment: withFrom });
  assert.equal(config.mailFrom, "Lindenhof School <lyceum@lindenhof.example>");
  assert.doesNotMatch(describeConfig(config, provenance), /hunter22/);
  assert.throws(
    () =>
      readConfig({ ...nothing, environment: { ...withFrom, LYCEUM_MAIL_FROM: "a@b.example, c@d.example" } }),
    /LYCEUM_MAIL_FROM takes an address/,
  );
});
