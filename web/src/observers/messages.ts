/** The texts of what observers see, and of who observes whom. */
import observers from "../messages/en/observers.json";
import { addMessages } from "../ui/text.ts";

addMessages(observers);
