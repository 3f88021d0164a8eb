/** A real gRPC client for tests: @grpc/grpc-js, knowing only `.proto` files in a folder. */
import { type ChannelCredentials, Client, type Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  loadSync,
  type MessageTypeDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";
import { present } from "#base/assert.ts";

export type Message = Record<string, unknown>;

export interface Answer {
  readonly message: Message;
  readonly metadata: Metadata;
}

export interface GrpcClient {
  unary(
    service: string,
    method: string,
    input: object,
    metadata: Metadata,
    options?: { deadline?: number },
  ): Promise<Answer>;
  upload(service: string, method: string, messages: readonly object[], metadata: Metadata): Promise<Answer>;
  /** Sends `messages` and, when they are away, cuts the stream. */
  cutUpload(service: string, method: string, messages: readonly object[], metadata: Metadata): Promise<void>;
  download(service: string, method: string, input: object, metadata: Metadata): Promise<Message[]>;
  /** Asks one question after the other on a stream both ways; gives the answers. */
  converse(service: string, method: string, messages: readonly object[]): Promise<Message[]>;
  /** Sends bytes as they are. */
  raw(path: string, bytes: Buffer, metadata: Metadata): Promise<Buffer>;
  /** The standard details of an error, by the names of their types. */
  detailsOf(error: ServiceError): Record<string, Message>;
  close(): void;
}

export function connect(
  folder: string,
  address: string,
  credentials: ChannelCredentials,
  files: readonly string[],
): GrpcClient {
  const definition: PackageDefinition = loadSync([...files], {
    includeDirs: [folder],
    longs: Number,
    enums: String,
    oneofs: true,
    arrays: true,
  });
  const client = new Client(address, credentials, { "grpc.max_receive_message_length": 16 * 1024 * 1024 });
  const methodOf = (service: string, name: string) =>
    present((definition[service] as ServiceDefinition | undefined)?.[name], `${service}.${name}`);
  const typeOf = (name: string) => definition[name] as unknown as MessageTypeDefinition<object, object>;

  function upload(service: string, method: string, metadata: Metadata) {
    const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
    const answer = Promise.withResolvers<Answer>();
    let received: Metadata | undefined;
    const stream = client.makeClientStreamRequest<object, Message>(
      path,
      requestSerialize,
      responseDeserialize as never,
      metadata,
      (error, message) =>
        error === null && message !== undefined
          ? answer.resolve({ message, metadata: present(received, "metadata") })
          : answer.reject(error),
    );
    stream.on("metadata", (each: Metadata) => {
      received = each;
    });
    return { stream, answer: answer.promise };
  }

  return {
    unary(service, method, input, metadata, options = {}) {
      const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
      return new Promise((resolve, reject) => {
        let received: Metadata | undefined;
        const call = client.makeUnaryRequest<object, Message>(
          path,
          requestSerialize,
          responseDeserialize as never,
          input,
          metadata,
          options,
          (error, message) =>
            error === null && message !== undefined
              ? resolve({ message, metadata: present(received, "metadata") })
              : reject(error),
        );
        call.on("metadata", (each: Metadata) => {
          received = each;
        });
      });
    },
    async upload(service, method, messages, metadata) {
      const { stream, answer } = upload(service, method, metadata);
      stream.on("error", () => {});
      for (const message of messages) stream.write(message);
      stream.end();
      return answer;
    },
    async cutUpload(service, method, messages, metadata) {
      const { stream, answer } = upload(service, method, metadata);
      for (const message of messages) await new Promise((resolve) => stream.write(message, resolve));
      stream.cancel();
      await answer.catch(() => {});
    },
    download(service, method, input, metadata) {
      const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
      return new Promise((resolve, reject) => {
        const messages: Message[] = [];
        const stream = client.makeServerStreamRequest<object, Message>(
          path,
          requestSerialize,
          responseDeserialize as never,
          input,
          metadata,
        );
        stream.on("data", (message: Message) => messages.push(message));
        stream.on("error", reject);
        stream.on("end", () => resolve(messages));
      });
    },
    converse(service, method, messages) {
      const { path, requestSerialize, responseDeserialize } = methodOf(service, method);
      return new Promise((resolve, reject) => {
        const answers: Message[] = [];
        const stream = client.makeBidiStreamRequest<object, Message>(
          path,
          requestSerialize,
          responseDeserialize as never,
        );
        stream.on("data", (message: Message) => {
          answers.push(message);
          const next = messages[answers.length];
          if (next === undefined) stream.end();
          else stream.write(next);
        });
        stream.on("error", reject);
        stream.on("end", () => resolve(answers));
        stream.write(present(messages[0], "a question"));
      });
    },
    raw(path, bytes, metadata) {
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest<Buffer, Buffer>(
          path,
          (own) => own,
          (own) => own,
          bytes,
          metadata,
          (error, answer) => (error === null && answer !== undefined ? resolve(answer) : reject(error)),
        );
      });
    },
    detailsOf(error) {
      const [bytes] = error.metadata.get("grpc-status-details-bin");
      if (!(bytes instanceof Buffer)) return {};
      const status = typeOf("google.rpc.Status").deserialize(bytes) as {
        details: { type_url?: string; typeUrl?: string; value: Buffer }[];
      };
      return Object.fromEntries(
        status.details.map(({ type_url, typeUrl, value }) => {
          const name = present((typeUrl ?? type_url)?.split("/").at(-1), "a type");
          return [name, typeOf(name).deserialize(value) as Message];
        }),
      );
    },
    close: () => client.close(),
  };
}
