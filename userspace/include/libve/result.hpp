// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/error.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace ve {

/// An error on its way into a Result, as std::unexpected is for std::expected.
class [[nodiscard]] Unexpected {
  public:
    explicit Unexpected(Error error) : error_(std::move(error)) {}

    [[nodiscard]] const Error& error() const& noexcept { return error_; }

    [[nodiscard]] Error&& error() && noexcept { return std::move(error_); }

  private:
    Error error_;
};

/// Shortest way to fail: `return err(EINVAL, "a name is at most 63 bytes long", "name");`
inline Unexpected err(int code, std::string sentence = {}, std::string attribute = {})
{
    return Unexpected(Error{code, std::move(sentence), std::move(attribute), {}});
}

/// Pass an error on: `return err(std::move(result).error().with("create web"));`
inline Unexpected err(Error error)
{
    return Unexpected(std::move(error));
}

/// Thrown by value() of a Result that holds an error: a mistake of the caller, who did not look.
class BadResultAccess : public std::logic_error {
  public:
    explicit BadResultAccess(const Error& error) : std::logic_error(error.what()) {}
};

/// A value or an Error. The methods are those of std::expected<T, Error>, which may replace it once
/// compilers have it. Everything in this library that can fail returns one; exceptions are
/// left to exhausted memory and to broken promises (BadResultAccess).
///
/// Three ways to use it:
///     if (auto ve = client.get(handle)) use(*ve); else complain(ve.error());
///     if (!ve) return err(std::move(ve).error().with("look at it"));
///     auto name = client.get(handle).transform([](const Environment& e) { return e.name; });
template <class T = void>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    using error_type = Error;

    Result(const T& value) : state_(std::in_place_index<0>, value) {}

    Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}

    template <class U>

    requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Unexpected>) Result(U&& value)
        : state_(std::in_place_index<0>, std::forward<U>(value))
    {
    }

    Result(Unexpected error) : state_(std::in_place_index<1>, std::move(error).error()) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

    explicit operator bool() const noexcept { return has_value(); }

    /// The value; BadResultAccess is thrown if there is none.
    [[nodiscard]] const T& value() const& { return check(), *std::get_if<0>(&state_); }

    [[nodiscard]] T& value() & { return check(), *std::get_if<0>(&state_); }

    [[nodiscard]] T&& value() && { return check(), std::move(*std::get_if<0>(&state_)); }

    /// The value, which has to be there.
    [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }

    [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }

    [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }

    [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }

    [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }

    /// The error, which has to be there.
    [[nodiscard]] const Error& error() const& noexcept { return *std::get_if<1>(&state_); }

    [[nodiscard]] Error& error() & noexcept { return *std::get_if<1>(&state_); }

    [[nodiscard]] Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

    template <class U>
    [[nodiscard]] T value_or(U&& other) const&
    {
        return has_value() ? **this : static_cast<T>(std::forward<U>(other));
    }

    template <class U>
    [[nodiscard]] T value_or(U&& other) &&
    {
        return has_value() ? *std::move(*this) : static_cast<T>(std::forward<U>(other));
    }

    /// Go on with a function of the value that may fail itself.
    template <class F>
    auto and_then(F&& next) && -> std::remove_cvref_t<std::invoke_result_t<F, T&&>>
    {
        if (!has_value())
            return Unexpected(std::move(*this).error());
        return std::invoke(std::forward<F>(next), *std::move(*this));
    }

    /// Go on with a function of the value that cannot fail.
    template <class F>
    auto transform(F&& next) && -> Result<std::remove_cvref_t<std::invoke_result_t<F, T&&>>>
    {
        if (!has_value())
            return Unexpected(std::move(*this).error());
        if constexpr (std::is_void_v<std::invoke_result_t<F, T&&>>) {
            std::invoke(std::forward<F>(next), *std::move(*this));
            return {};
        } else {
            return std::invoke(std::forward<F>(next), *std::move(*this));
        }
    }

  private:
    void check() const
    {
        if (!has_value())
            throw BadResultAccess(error());
    }

    std::variant<T, Error> state_;
};

/// Success, which has nothing to say, or an Error.
template <>
class [[nodiscard]] Result<void> {
  public:
    using value_type = void;
    using error_type = Error;

    Result() = default;

    Result(Unexpected error) : error_(std::move(error).error()) {}

    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }

    explicit operator bool() const noexcept { return has_value(); }

    void value() const
    {
        if (error_)
            throw BadResultAccess(*error_);
    }

    void operator*() const noexcept {}

    [[nodiscard]] const Error& error() const& noexcept { return *error_; }

    [[nodiscard]] Error& error() & noexcept { return *error_; }

    [[nodiscard]] Error&& error() && noexcept { return std::move(*error_); }

    template <class F>
    auto and_then(F&& next) && -> std::remove_cvref_t<std::invoke_result_t<F>>
    {
        if (error_)
            return Unexpected(std::move(*error_));
        return std::invoke(std::forward<F>(next));
    }

  private:
    std::optional<Error> error_;
};

} // namespace ve
