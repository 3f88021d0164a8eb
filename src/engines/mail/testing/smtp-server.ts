/** A small SMTP server on a real socket, which remembers what it was sent and answers as it is told. */
import { createServer, type Socket } from "node:net";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** The answers to the next commands that begin with a word, instead of the usual ones: `RCPT` → `550 no`. */
  readonly answers: Map<string, string[]>;
  readonly logins: string[];
  close(): Promise<void>;
}

export async function openSmtpServer(): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = [];
  const answers = new Map<string, string[]>();
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    converse(socket, { received, answers, logins });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has a port");
  return {
    port: address.port,
    received,
    answers,
    logins,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(
  socket: Socket,
  { received, answers, logins }: Pick<TestSmtpServer, "received" | "answers" | "logins">,
): void {
  let text = "";
  let from = "";
  let to: string[] = [];
  let isData = false;
  const say = (line: string) => void socket.write(`${line}\r\n`);
  say("220 school.test ESMTP");
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    text += chunk;
    for (;;) {
      const end = text.indexOf(isData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + (isData ? 5 : 2));
      if (isData) {
        isData = false;
        const answer = answers.get("BODY")?.shift() ?? "250 taken";
        if (answer.startsWith("2")) received.push({ from, to, data: line });
        to = [];
        say(answer);
        continue;
      }
      const word = line.split(" ")[0]?.toUpperCase() ?? "";
      const told = answers.get(word)?.shift();
      if (told !== undefined) say(told);
      else if (word === "EHLO") socket.write("250-school.test\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n");
      else if (word === "AUTH") {
        logins.push(Buffer.from(line.split(" ")[2] ?? "", "base64").toString());
        say("235 welcome");
      } else if (word === "MAIL") {
        from = line;
        say("250 ok");
      } else if (word === "RCPT") {
        to.push(/<(.*)>/.exec(line)?.[1] ?? "");
        say("250 ok");
      } else if (word === "DATA") {
        isData = true;
        say("354 go on");
      } else if (word === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    }
  });
}
