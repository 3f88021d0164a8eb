/**
 * A thread that holds the other end of standard input, which the parent keeps open as long as it lives. When the parent
 * is gone, so is this whole process, even while its main thread is deep inside a query.
 */
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";

const line = new Socket({ fd: 0, readable: true, writable: false });
line.on("error", () => line.destroy());
line.on("close", () => process.kill(process.pid, "SIGKILL"));
line.resume();
parentPort?.postMessage("watching");
