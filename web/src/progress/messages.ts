/** The texts of Today and of progress; each of those pages brings them along. */
import progress from "../messages/en/progress.json";
import { addMessages } from "../ui/text.ts";

addMessages(progress);
