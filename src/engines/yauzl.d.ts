/** The part of yauzl that we read archives with; it comes without types. */
declare module "yauzl" {
  interface Entry {
    readonly fileName: string;
    readonly uncompressedSize: number;
  }
  interface ZipFile {
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<import("node:stream").Readable>;
  }
  const yauzl: {
    fromBufferPromise(zip: Buffer, options: { readonly lazyEntries: true }): Promise<ZipFile>;
  };
  export default yauzl;
}
