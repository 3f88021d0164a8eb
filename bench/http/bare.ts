/** The peer: Fastify with nothing but what the same request needs – parsing and validating the JSON, or a constant. */
import Fastify from "fastify";
import { createCourse } from "#slices/courses/create-course.ts";

const app = Fastify();
app.post("/command", async (request) => createCourse.input.parse(request.body));
const constant = { id: "01a1fc95-5395-7c34-843b-de7b41debd3b", title: "Benches", code: "B-1", term: "Now" };
app.get("/read", async () => constant);
const url = await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.({ url });
process.on("disconnect", () => void app.close().then(() => process.exit(0)));
