/** The error of a data folder that must not be opened as it is: newer, in use, damaged. Its message says what to do. */

/** Opening was refused and nothing was changed; the message is a whole sentence for whoever runs the server. */
export class DataFolderRefused extends Error {
  override readonly name = "DataFolderRefused";
}
