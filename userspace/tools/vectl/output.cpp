// SPDX-License-Identifier: GPL-2.0-only
#include "output.hpp"

#include <algorithm>
#include <cstdint>
#include <ostream>

namespace vectl {

namespace {

constexpr std::size_t gap = 2;

// Columns on a terminal: a UTF-8 sequence is one, its later bytes are none.
// Wide and combining characters are beyond what a list of processes needs.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

const char* escape(Colour colour)
{
    switch (colour) {
    case Colour::good:
        return "\033[32m";
    case Colour::busy:
        return "\033[33m";
    case Colour::bad:
        return "\033[31m";
    case Colour::faint:
        return "\033[2m";
    case Colour::none:
        break;
    }
    return "";
}

void append_hex(std::string& text, char c)
{
    static constexpr char hex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += "\\x";
    text += hex[byte >> 4];
    text += hex[byte & 15];
}

// Bytes of the character that the text begins with; 0 for a byte that is none
// or that steers a terminal: C0, DEL, C1 (two bytes in UTF-8), broken UTF-8.
std::size_t sequence_length(std::string_view text)
{
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = at(0);
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f ? 1 : 0;

    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; i++)
        if ((at(i) & 0xc0) != 0x80)
            return 0;
    return first == 0xc2 && at(1) < 0xa0 ? 0 : length;
}

} // namespace

std::string painted(std::string_view text, Colour colour, bool coloured)
{
    if (!coloured || colour == Colour::none || text.empty())
        return std::string(text);
    return std::string(escape(colour)) + std::string(text) + "\033[0m";
}

void Table::print(std::ostream& out, bool coloured, bool titled) const
{
    std::vector<std::size_t> widths;
    for (const auto& column : columns_)
        widths.push_back(titled ? width(column.title) : 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < widths.size(); i++)
            widths[i] = std::max(widths[i], width(row.at(i).text));

    const auto line = [&](const auto& cell_at) {
        std::string text;
        std::size_t owed = 0; // spaces, written only when something follows
        for (std::size_t i = 0; i < widths.size(); i++) {
            const Cell cell = cell_at(i);
            const std::size_t padding = widths[i] - width(cell.text);
            const bool right = columns_[i].align == Align::right;

            if (right)
                owed += padding;
            if (!cell.text.empty()) {
                text.append(owed, ' ');
                text += painted(cell.text, cell.colour, coloured);
                owed = 0;
            }
            owed += gap + (right ? 0 : padding);
        }
        out << text << '\n';
    };

    if (titled)
        line([&](std::size_t i) { return Cell(columns_[i].title); });
    for (const auto& row : rows_)
        line([&](std::size_t i) { return row[i]; });
}

std::string duration_text(std::chrono::nanoseconds duration)
{
    using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;
    const auto all =
        std::max<std::int64_t>(0, std::chrono::duration_cast<Milliseconds>(duration).count());
    const auto two = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    const auto days = all / 86400000;
    const auto hours = all / 3600000 % 24;
    const auto rest = std::to_string(all % 1000);
    std::string text;

    if (days > 0)
        text += std::to_string(days) + "-";
    if (days > 0 || hours > 0)
        text += two(hours) + ":";
    return text + two(all / 60000 % 60) + ":" + two(all / 1000 % 60) + "." +
           std::string(3 - rest.size(), '0') + rest;
}

std::string printable(std::string_view text)
{
    std::string shown;

    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text.substr(i));

        if (length > 1) {
            shown += text.substr(i, length);
        } else if (text[i] == '\n') {
            shown += "\\n";
        } else if (text[i] == '\t') {
            shown += "\\t";
        } else if (length == 0) {
            append_hex(shown, text[i]);
        } else {
            shown += text[i];
        }
        i += std::max<std::size_t>(length, 1);
    }
    return shown;
}

bool wants_colour(bool is_terminal, const char* no_color, const char* term)
{
    if (!is_terminal || (no_color && *no_color))
        return false;
    return term && *term && std::string_view(term) != "dumb";
}

} // namespace vectl
