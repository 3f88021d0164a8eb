/** The texts of the pages of search; each of those pages brings them along. */
import search from "../messages/en/search.json";
import { addMessages } from "../ui/text.ts";

addMessages(search);
