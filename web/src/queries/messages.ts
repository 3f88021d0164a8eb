/** The texts of the pages about queries; each of those pages brings them along. */
import queries from "../messages/en/queries.json";
import { addMessages } from "../ui/text.ts";

addMessages(queries);
