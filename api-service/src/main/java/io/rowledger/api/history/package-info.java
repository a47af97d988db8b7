/** Which jobs there were: filtered, newest first, page by page (contract section 8). */
@NullMarked
package io.rowledger.api.history;

import org.jspecify.annotations.NullMarked;
