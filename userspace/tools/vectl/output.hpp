// SPDX-License-Identifier: GPL-2.0-only
//
// How results look: aligned tables for people, JSON for programs. Both take
// plain text and numbers; what a VE is, is known by shapes.hpp.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

enum class Align { left, right };
enum class Colour { none, good, busy, bad, faint };

struct Column {
    std::string title;
    Align align = Align::left;
};

struct Cell {
    std::string text;
    Colour colour = Colour::none;

    Cell(std::string what, Colour how = Colour::none) : text(std::move(what)), colour(how) {}

    Cell(const char* what) : text(what) {}
};

class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns.
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

    // Titles first, also above no rows, so that a reader may always skip one
    // line; or no titles. No line ends in spaces.
    void print(std::ostream& out, bool coloured, bool titled = true) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

std::string painted(std::string_view text, Colour colour, bool coloured);

// "05:06.789", with hours and days ("2-03:04:05.006") as far as there are any; 0 for less.
std::string duration_text(std::chrono::nanoseconds duration);

// Text that others chose (a command line, a command name), made fit for a
// terminal: control characters come out as \n, \t or \xNN.
std::string printable(std::string_view text);

// Colour is for people: on a terminal that can show it, unless NO_COLOR
// (https://no-color.org) asks for none. Null stands for an unset variable.
bool wants_colour(bool is_terminal, const char* no_color, const char* term);

} // namespace vectl
