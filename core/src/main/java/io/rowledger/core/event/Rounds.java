package io.rowledger.core.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Cuts a list into rounds, each with at most one element of a kind: the first ones of each kind,
 * then the second ones, and so on. Within a kind the order of the list is the order of the rounds.
 */
final class Rounds {

  private Rounds() {}

  static <T, K> List<List<T>> of(List<T> elements, Function<T, K> kind) {
    List<List<T>> rounds = new ArrayList<>();
    Map<K, Integer> seen = new HashMap<>();
    for (T element : elements) {
      int round = seen.merge(kind.apply(element), 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(element);
    }
    return rounds;
  }
}
