/** A whole node with a school, a course and someone signed in; tells its parent where, until the parent goes. */
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { setUpToken } from "#slices/identity/api.ts";

const [data = ""] = process.argv.slice(2);
const flags = { data, "http-port": "0", "grpc-port": "0" };
const { config } = readConfig({ flags, environment: {}, file: null });
const unlimited = 1e9;
const node = await openNode({
  config,
  webRoot: null,
  log: (level, message, facts) => (level === "info" ? undefined : console.error(level, message, facts)),
  limits: {
    sessionPerMinuteMax: unlimited,
    anonymousPerMinuteMax: unlimited,
    addressPerMinuteMax: unlimited,
  },
});
const addresses = await node.listen();
node.start();

const call = async (token: string | null, operation: string, input: Record<string, string | string[]>) => {
  const { output } = await node.kernel.call({
    operation,
    input,
    token,
    idempotencyKey: null,
    atLeast: null,
    requestId: "bench",
    origin: { door: "internal", address: null, agent: null },
  });
  return output as { token: string; courseId: string };
};
const { token } = await call(null, "identity.setUpSchool", {
  setUpToken: await setUpToken(node.kernel.services.tokens, Date.now()),
  schoolName: "Bench",
  name: "Ada",
  email: "ada@school.example",
  password: "correct horse battery staple",
});
const { courseId } = await call(token, "courses.createCourse", {
  code: "B-1",
  term: "Now",
  title: "Benches",
});
process.send?.({ url: addresses?.http.url, token, courseId });

process.on("disconnect", () => void node.close().then(() => process.exit(0)));
