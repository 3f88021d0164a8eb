/** The texts of the pages about assignments; each of those pages brings them along. */
import assignments from "../messages/en/assignments.json";
import { addMessages } from "../ui/text.ts";

addMessages(assignments);
