/** The texts of the pages about notices; each of those pages brings them along. */
import notices from "../messages/en/notices.json";
import { addMessages } from "../ui/text.ts";

addMessages(notices);
