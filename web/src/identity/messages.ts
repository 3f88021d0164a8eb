/** The texts of the pages about people, the school and one's account. */
import identity from "../messages/en/identity.json";
import { addMessages } from "../ui/text.ts";

addMessages(identity);
